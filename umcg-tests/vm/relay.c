// SPDX-License-Identifier: Apache-2.0
/*
 * Runs QEMU, carries the streams of the command between the caller and the
 * virtual machine, and writes how the command ended to a file:
 *
 *   exit CODE | signal NUMBER     the command's end
 *   stuck WHAT | fault TEXT       what PID 1 had to say instead
 *   time-limit | interrupted SIGNAL | no-boot | ended
 *
 * However this program ends, the virtual machine ends with it.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>

#include "lines.h"
#include "protocol.h"
#include "pump.h"

#define SECONDS_TO_BOOT 300
#define SECONDS_TO_DUMP 3
#define SECONDS_TO_END 10

static struct lines control;
static struct pump input, output, errors;
static int ports[PORTS], qemu_ports[PORTS];
static int signals;
static pid_t qemu;
static bool qemu_ended;

static bool terminal, input_told;
static struct termios saved_terminal;

static char verdict[sizeof(control.text)];
static bool command_ended;
static unsigned long long output_length, error_length;

static time_t time_limit, deadline;
static bool ready, dumping;

static int asked_signal;	/* the command was asked to end by this one */
static time_t asked_at;

__attribute__((noreturn))
static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static void decide(const char *text)
{
	if (!*verdict)
		snprintf(verdict, sizeof(verdict), "%s", text);
}

static void open_ports(void)
{
	for (int port = 0; port < PORTS; port++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
			fail("socketpair");
		fcntl(pair[0], F_SETFD, FD_CLOEXEC);
		fcntl(pair[0], F_SETFL, O_NONBLOCK);
		ports[port] = pair[0];
		qemu_ports[port] = pair[1];
	}
}

static char **qemu_arguments(size_t count, char **given)
{
	char **arguments = calloc(count + 4 * PORTS + 1, sizeof(*arguments));
	char **next = arguments + count;

	if (!arguments)
		fail("calloc");
	memcpy(arguments, given, count * sizeof(*given));
	for (int port = 0; port < PORTS; port++) {
		const char *name = port_names[port];

		*next++ = "-chardev";
		if (asprintf(next++, "socket,id=%s,fd=%d", name, qemu_ports[port]) < 0)
			fail("asprintf");
		*next++ = "-device";
		if (asprintf(next++, "virtserialport,chardev=%s,name=%s", name, name) < 0)
			fail("asprintf");
	}
	return arguments;
}

__attribute__((noreturn))
static void become_qemu(char **arguments, pid_t relay)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != relay)
		_exit(1);
	/* Ctrl-C is for the relay alone: it decides how to end. */
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(null, STDIN_FILENO);
	dup2(3, STDOUT_FILENO);
	dup2(3, STDERR_FILENO);
	execvp(arguments[0], arguments);
	perror(arguments[0]);
	_exit(1);
}

static void start_qemu(int count, char **given)
{
	char **arguments = qemu_arguments((size_t)count, given);
	pid_t relay = getpid();

	qemu = fork();
	if (qemu < 0)
		fail("fork");
	if (qemu == 0)
		become_qemu(arguments, relay);
	for (int port = 0; port < PORTS; port++)
		close(qemu_ports[port]);
}

static void handle_signals(void)
{
	static const int handled[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD, SIGWINCH };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(handled) / sizeof(handled[0]); i++) {
		signal(handled[i], SIG_DFL);
		sigaddset(&set, handled[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* In the background there is no input from a terminal, instead of a stop. */
	signal(SIGTTIN, SIG_IGN);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void restore_terminal(void)
{
	tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_terminal);
}

static void make_terminal_raw(void)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &saved_terminal))
		fail("tcgetattr");
	raw = saved_terminal;
	cfmakeraw(&raw);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	atexit(restore_terminal);
}

static void tell_window(void)
{
	struct winsize size;

	if (terminal && !ioctl(STDIN_FILENO, TIOCGWINSZ, &size))
		dprintf(ports[CONTROL], "window %d %d\n", size.ws_row, size.ws_col);
}

static void connect_streams(void)
{
	control.fd = ports[CONTROL];
	input = (struct pump){ .from = STDIN_FILENO, .to = ports[STDIN] };
	output = (struct pump){ .from = ports[STDOUT], .to = STDOUT_FILENO, .at_once = PIPE_BUF };
	errors = (struct pump){ .from = ports[STDERR], .to = STDERR_FILENO, .at_once = PIPE_BUF };
}

static void take_end(const char *line)
{
	char kind[16];
	int value;

	if (sscanf(line, "%15s %d %llu %llu", kind, &value, &output_length, &error_length) != 4)
		return;
	command_ended = true;
	if (dumping)
		decide("time-limit");
	else if (!*verdict)
		snprintf(verdict, sizeof(verdict), "%s %d", kind, value);
}

static void take_line(char *line)
{
	if (!strcmp(line, "ready")) {
		ready = true;
		deadline = time_limit ? now() + time_limit : 0;
	} else if (!strncmp(line, "exit ", 5) || !strncmp(line, "signal ", 7)) {
		take_end(line);
	} else {
		decide(line);
	}
}

static void interrupt(int number)
{
	command_ended = false;
	snprintf(verdict, sizeof(verdict), "interrupted %d", number);
}

/*
 * The command may end by itself first. A second request ends the machine; but Ctrl-C
 * comes twice, from the terminal and from the script.
 */
static void ask_to_end(int number)
{
	if (asked_signal && now() - asked_at <= 1)
		return;
	if (asked_signal || !ready || command_ended) {
		interrupt(number);
		return;
	}
	asked_signal = number;
	asked_at = now();
	dprintf(ports[CONTROL], "signal %d\n", number);
}

static void check_request(void)
{
	if (asked_signal && now() - asked_at > SECONDS_TO_END)
		interrupt(asked_signal);
}

static void take_signals(void)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) > 0) {
		if (info.ssi_signo == SIGWINCH) {
			tell_window();
		} else if (info.ssi_signo == SIGCHLD) {
			qemu_ended = waitpid(qemu, NULL, WNOHANG) == qemu;
		} else if (info.ssi_signo == SIGQUIT) {
			dprintf(ports[CONTROL], "signal %d\n", SIGQUIT);
		} else {
			ask_to_end((int)info.ssi_signo);
		}
	}
}

static void tell_streams(void)
{
	static bool told_output, told_errors;

	if (!input_told && input.from < 0) {
		input_told = true;
		dprintf(ports[CONTROL], "input %llu\n", input.taken);
	}
	if (!told_output && output.to < 0) {
		told_output = true;
		dprintf(ports[CONTROL], "closed stdout\n");
	}
	if (!told_errors && errors.to < 0) {
		told_errors = true;
		dprintf(ports[CONTROL], "closed stderr\n");
	}
}

static void check_time(void)
{
	if (!deadline || now() < deadline)
		return;
	if (!ready) {
		decide("no-boot");
	} else if (!dumping) {
		dumping = true;
		deadline = now() + SECONDS_TO_DUMP;
		dprintf(ports[CONTROL], "dump\n");
	} else {
		decide("time-limit");
	}
}

static bool is_carried(const struct pump *pump, unsigned long long length)
{
	return pump_is_finished(pump) || (pump->taken >= length && pump_is_empty(pump));
}

static bool is_over(void)
{
	if (command_ended)
		return is_carried(&output, output_length) && is_carried(&errors, error_length);
	if (*verdict)
		return true;
	return qemu_ended && control.fd < 0 &&
	       pump_is_finished(&output) && pump_is_finished(&errors);
}

static void carry_streams(void)
{
	struct pollfd wishes[8];

	while (!is_over()) {
		pump_prepare(&input, &wishes[0]);
		pump_prepare(&output, &wishes[2]);
		pump_prepare(&errors, &wishes[4]);
		wishes[6] = (struct pollfd){ .fd = control.fd, .events = POLLIN };
		wishes[7] = (struct pollfd){ .fd = signals, .events = POLLIN };
		if (poll(wishes, 8, 1000) < 0 && errno != EINTR)
			fail("poll");
		pump_run(&input, &wishes[0]);
		pump_run(&output, &wishes[2]);
		pump_run(&errors, &wishes[4]);
		if (wishes[6].revents)
			lines_read(&control, take_line);
		take_signals();
		tell_streams();
		check_time();
		check_request();
	}
}

static void end_qemu(void)
{
	kill(qemu, SIGKILL);
	if (!qemu_ended)
		waitpid(qemu, NULL, 0);
}

static void write_verdict(const char *path)
{
	FILE *file = fopen(path, "w");

	decide("ended");
	if (!file || fprintf(file, "%s\n", verdict) < 0 || fclose(file))
		fail(path);
}

/* relay VERDICT-FILE SECONDS(0 = unlimited) pipes|terminal QEMU ARGUMENT... 3>QEMU-LOG */
int main(int argc, char **argv)
{
	if (argc < 5)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	time_limit = atoi(argv[2]);
	terminal = !strcmp(argv[3], "terminal");
	deadline = now() + SECONDS_TO_BOOT;
	handle_signals();
	open_ports();
	start_qemu(argc - 4, argv + 4);
	if (terminal)
		make_terminal_raw();
	connect_streams();
	carry_streams();
	end_qemu();
	write_verdict(argv[1]);
	return 0;
}
