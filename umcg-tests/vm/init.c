// SPDX-License-Identifier: Apache-2.0
/*
 * PID 1 of the virtual machine: runs one command, carries its streams and
 * tells the host how it ended. It holds the only way to tell (a port opens
 * only once), so that no command can forge its own result.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/membarrier.h>

#include "guest.h"
#include "lines.h"
#include "protocol.h"
#include "pump.h"

#define PORTS_FOLDER "/sys/class/virtio-ports"
#define SECONDS_TO_DIE 60

static struct order order;
static struct lines control = { .fd = -1 };
static struct pump input, output, errors;
static unsigned long long input_length = -1ULL;
static int terminal = -1;
static int children_events;

static pid_t command;
static int command_status;
static bool command_ended, all_ended;
static time_t started, killed;

__attribute__((noreturn))
static void wait_for_host(void)
{
	for (;;)
		pause();
}

void fault(const char *format, ...)
{
	char text[512];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	if (control.fd >= 0) {
		dprintf(control.fd, "fault %s\n", text);
		wait_for_host();
	}
	fprintf(stderr, "umcg-init: %s\n", text);
	reboot(RB_AUTOBOOT);
	wait_for_host();
}

static bool port_has_name(const char *device, const char *name)
{
	char path[300], *found;
	bool same;

	snprintf(path, sizeof(path), PORTS_FOLDER "/%s/name", device);
	found = read_text(path);
	same = found && !strncmp(found, name, strlen(name)) && found[strlen(name)] == '\n';
	free(found);
	return same;
}

static int try_port(const char *name)
{
	DIR *folder = opendir(PORTS_FOLDER);
	struct dirent *entry;
	char path[300];
	int fd = -1;

	while (folder && fd < 0 && (entry = readdir(folder))) {
		snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
		if (port_has_name(entry->d_name, name))
			fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	}
	if (folder)
		closedir(folder);
	return fd;
}

/*
 * The names, and the news that the host listens, come some time after boot: late, when
 * the host is busy.
 */
static int open_port(enum port port)
{
	struct pollfd wish = { .events = POLLOUT };

	for (int attempt = 0; attempt < 6000; attempt++) {
		wish.fd = try_port(port_names[port]);
		if (wish.fd >= 0)
			break;
		usleep(10000);
	}
	if (wish.fd < 0)
		fault("there is no port %s", port_names[port]);
	while (poll(&wish, 1, 10) <= 0 || (wish.revents & POLLHUP))
		usleep(1000);
	return wish.fd;
}

static void prepare_kernel(void)
{
	struct ifreq loopback = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (ioctl(socket_fd, SIOCSIFFLAGS, &loopback))
		fault("cannot start the loopback network: %m");
	close(socket_fd);
	write_text("/proc/self/oom_score_adj", "-1000");
}

static void limit_command(void)
{
	struct rlimit files = { 65536, 1048576 }, core = { 0, RLIM_INFINITY };

	setrlimit(RLIMIT_NOFILE, &files);
	setrlimit(RLIMIT_CORE, &core);
	write_text("/proc/self/oom_score_adj", "0");
}

__attribute__((noreturn))
static void become_command(int in, int out, int err)
{
	sigset_t none;

	setsid();
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	if (terminal >= 0)
		ioctl(STDIN_FILENO, TIOCSCTTY, 0);
	limit_command();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	environ = order.environment;
	execvp(order.arguments[0], order.arguments);
	if (errno == ENOENT && !strchr(order.arguments[0], '/'))
		dprintf(STDERR_FILENO, "umcg: %s: command not found\n", order.arguments[0]);
	else
		dprintf(STDERR_FILENO, "umcg: %s: %m\n", order.arguments[0]);
	_exit(errno == ENOENT ? 127 : 126);
}

static void set_window(const char *text)
{
	struct winsize size = { 0 };

	if (terminal >= 0 && sscanf(text, "%hu %hu", &size.ws_row, &size.ws_col) == 2)
		ioctl(terminal, TIOCSWINSZ, &size);
}

static void make_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void start_on_terminal(void)
{
	int side;

	if (openpty(&terminal, &side, NULL, NULL, NULL))
		fault("cannot open a terminal: %m");
	fcntl(terminal, F_SETFD, FD_CLOEXEC);
	set_window(order.window);
	command = fork();
	if (command == 0)
		become_command(side, side, side);
	close(side);
	make_nonblocking(terminal);
	input.to = output.from = terminal;
	errors.from = -1;
}

static void start_on_pipes(void)
{
	int in[2], out[2], err[2];

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		fault("cannot open pipes: %m");
	command = fork();
	if (command == 0)
		become_command(in[0], out[1], err[1]);
	close(in[0]);
	close(out[1]);
	close(err[1]);
	make_nonblocking(in[1]);
	input.to = in[1];
	output.from = out[0];
	errors.from = err[0];
}

static void start_command(void)
{
	if (chdir(order.folder))
		fault("the current folder %s is not visible in the virtual machine: %m",
		      order.folder);
	dprintf(control.fd, "ready\n");
	if (order.window)
		start_on_terminal();
	else
		start_on_pipes();
	if (command < 0)
		fault("cannot start a process: %m");
}

static void close_stream(struct pump *pump)
{
	close(pump->from);
	pump->from = -1;
	pump->to = -1;
}

/* The command leads a session, so its group is what a terminal would signal. */
static void signal_command(int number)
{
	if (!command_ended)
		kill(-command, number);
}

static void obey(char *line)
{
	if (!strncmp(line, "input ", 6))
		input_length = strtoull(line + 6, NULL, 10);
	else if (!strncmp(line, "window ", 7))
		set_window(line + 7);
	else if (!strcmp(line, "closed stdout"))
		close_stream(&output);
	else if (!strcmp(line, "closed stderr"))
		close_stream(&errors);
	else if (!strncmp(line, "signal ", 7))
		signal_command(atoi(line + 7));
	else if (!strcmp(line, "dump"))
		dump_tasks();
}

static void kill_all(void)
{
	kill(-1, SIGKILL);
	if (!killed)
		killed = time(NULL);
}

static void reap(void)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(children_events, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != command)
			continue;
		command_status = status;
		command_ended = true;
	}
	all_ended = pid < 0 && errno == ECHILD;
	if (command_ended && !all_ended)
		kill_all();
}

static void check_survivors(void)
{
	char name[64];

	if (all_ended || !killed || time(NULL) - killed < SECONDS_TO_DIE)
		return;
	name_survivor(name, sizeof(name));
	dump_tasks();
	dprintf(control.fd, "stuck %s\n", name);
	wait_for_host();
}

static void end_input(void)
{
	if (input.taken < input_length || !pump_is_empty(&input) || input.to < 0)
		return;
	if (terminal < 0)
		close(input.to);
	input.to = -1;
}

static void carry_streams(void)
{
	struct pollfd wishes[8];

	while (!all_ended || !pump_is_finished(&output) || !pump_is_finished(&errors)) {
		pump_prepare(&input, &wishes[0]);
		pump_prepare(&output, &wishes[2]);
		pump_prepare(&errors, &wishes[4]);
		wishes[6] = (struct pollfd){ .fd = control.fd, .events = POLLIN };
		wishes[7] = (struct pollfd){ .fd = children_events, .events = POLLIN };
		if (poll(wishes, 8, 1000) < 0 && errno != EINTR)
			fault("poll: %m");
		pump_run(&input, &wishes[0]);
		pump_run(&output, &wishes[2]);
		pump_run(&errors, &wishes[4]);
		if (wishes[6].revents)
			lines_read(&control, obey);
		reap();
		end_input();
		check_survivors();
	}
}

/* What the kernel put off until the tasks are gone runs now, while a splat counts. */
static void settle_kernel(void)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	usleep(10000);
}

static void unmount_writable(void)
{
	chdir("/");
	sync();
	for (char **folder = order.writable; *folder; folder++)
		umount2(*folder, 0);
}

static void tell_verdict(void)
{
	bool exited = WIFEXITED(command_status);

	dprintf(control.fd, "%s %d %llu %llu\n", exited ? "exit" : "signal",
		exited ? WEXITSTATUS(command_status) : WTERMSIG(command_status),
		output.taken, errors.taken);
}

static void handle_signals(void)
{
	sigset_t child;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	children_events = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

int main(void)
{
	started = time(NULL);
	umask(022);
	mkdir("/sys", 0755);
	if (mount("devtmpfs", "/dev", "devtmpfs", 0, "") || mount("sysfs", "/sys", "sysfs", 0, ""))
		fault("cannot mount /dev and /sys: %m");
	handle_signals();
	control.fd = open_port(CONTROL);
	input.from = open_port(STDIN);
	output.to = open_port(STDOUT);
	errors.to = open_port(STDERR);
	read_order(&order);
	open_reports();
	enter_file_system(&order);
	prepare_kernel();
	start_command();
	carry_streams();
	keep_crash_reports(&order, started);
	unmount_writable();
	settle_kernel();
	tell_verdict();
	wait_for_host();
}
