// SPDX-License-Identifier: GPL-2.0
/*
 * What else the kernel offers to a process of the fuzz test, and in whose hands that
 * is: files and pages that other processes serve, or do not; locks that lend priority;
 * a tracer; limits; another time.
 */
#include "fuzz.h"
#include "umcg_fuse.h"

#include <dirent.h>
#include <linux/futex.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>

#define LOCKS	4

static struct hanging_file file = { .fd = -1 };
static int faults = -1;
static __u32 locks[LOCKS];

static bool enter_time_namespace(struct rng *r)
{
	int fd, days = (int)rng_below(r, 2000) - 1000;

	if (unshare(CLONE_NEWTIME))
		return false;
	/* Before the start of the machine there is no time: then it is refused. */
	write_file("/proc/self/timens_offsets", "monotonic %d 0\nboottime %d 0\n",
		   days * 86400, days * 43200);
	fd = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
	return fd >= 0 && !setns(fd, CLONE_NEWTIME);
}

/* Before there are threads; who is in its group ends with the process. */
void choose_world(struct rng *r)
{
	if (one_in(r, 6))
		write_file(FUZZ_GROUP "/cgroup.procs", "0");
	if (one_in(r, 6))
		enter_time_namespace(r);
	if (one_in(r, 3) && !unshare(CLONE_NEWNS)) {
		file.late_ms = one_in(r, 2) ? 1 + rng_below(r, 20) : 0;
		if (make_hanging_file(&file))
			file.fd = -1;
	}
}

/* A file whose pages come late or never; -1: there is none. */
int hanging_file(void)
{
	return file.fd;
}

static void end_fault(struct rng *r, const struct uffd_msg *msg)
{
	struct uffdio_range page = {
		msg->arg.pagefault.address & -PAGE, PAGE
	};
	struct uffdio_zeropage zero = { .range = page };
	struct uffdio_writeprotect unprotect = { .range = page };

	sleep_ms(rng_below(r, 3));
	/* It may hang for good, or until somebody else faults there. */
	if (one_in(r, 64))
		return;
	if (msg->arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_WP)
		ioctl(faults, UFFDIO_WRITEPROTECT, &unprotect);
	else
		ioctl(faults, UFFDIO_ZEROPAGE, &zero);
	ioctl(faults, UFFDIO_WAKE, &page);
}

/* Another process, so that it does not wait for itself. */
static void serve_faults(struct rng *r)
{
	struct uffd_msg msg;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(faults, &msg, sizeof(msg)) == sizeof(msg))
		if (msg.event == UFFD_EVENT_PAGEFAULT)
			end_fault(r, &msg);
	_exit(0);
}

/* The first faults of some pages of the arena, and writes to protected ones. */
void watch_faults(struct rng *r)
{
	struct uffdio_api api = {
		.api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP
	};
	/* Not all of them: where every thread hangs there is nothing to see. */
	unsigned int first = 1 + rng_below(r, ARENA_PAGES / 2);
	struct uffdio_register area = {
		.range = { (uintptr_t)arena + first * PAGE,
			   (ARENA_PAGES - first) * PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP
	};

	if (!one_in(r, 3))
		return;
	faults = syscall(__NR_userfaultfd, O_CLOEXEC);
	if (faults < 0 || ioctl(faults, UFFDIO_API, &api) ||
	    ioctl(faults, UFFDIO_REGISTER, &area)) {
		faults = -1;
		return;
	}
	if (!fork())
		serve_faults(r);
}

void protect_page(struct rng *r, char *page)
{
	struct uffdio_writeprotect protect = {
		.range = { (uintptr_t)page, PAGE },
		.mode = one_in(r, 4) ? 0 : UFFDIO_WRITEPROTECT_MODE_WP
	};

	if (faults >= 0)
		ioctl(faults, UFFDIO_WRITEPROTECT, &protect);
}

/* Locks that lend their owner the priority of whoever waits. */
void lock_something(struct rng *r)
{
	__u32 *lock = &locks[rng_below(r, LOCKS)];
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_nsec += rng_below(r, 2000000);
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}
	switch (rng_below(r, 4)) {
	case 0:
		syscall(SYS_futex, lock, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0);
		break;
	case 1:
		syscall(SYS_futex, lock, FUTEX_LOCK_PI, 0,
			one_in(r, 16) ? NULL : &end, NULL, 0);
		break;
	default:
		syscall(SYS_futex, lock, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
	}
}

static pid_t some_thread_of(struct rng *r, pid_t pid)
{
	struct dirent *entry;
	pid_t tid, found = 0;
	char path[64];
	int n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		tid = atoi(entry->d_name);
		if (tid > 0 && one_in(r, ++n))
			found = tid;
	}
	if (dir)
		closedir(dir);
	return found;
}

/* Go on after a stop, in one of the ways that there are. */
static void go_on(struct rng *r, pid_t tid, int status)
{
	static const int how[] = {
		PTRACE_CONT, PTRACE_SYSCALL, PTRACE_SINGLESTEP, PTRACE_LISTEN,
	};
	int sig = WSTOPSIG(status);

	if (status >> 16 || sig == SIGTRAP || sig == SIGSTOP)
		sig = 0;
	if (one_in(r, 8))
		ptrace(PTRACE_DETACH, tid, 0, sig);
	else if (ptrace(how[rng_below(r, ARRAY_SIZE(how))], tid, 0, sig))
		ptrace(PTRACE_CONT, tid, 0, sig);
}

static void trace(struct rng *r, pid_t pid)
{
	int status, i;
	pid_t tid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		tid = some_thread_of(r, pid);
		if (tid && !ptrace(PTRACE_SEIZE, tid, 0, 0) && one_in(r, 2))
			ptrace(PTRACE_INTERRUPT, tid, 0, 0);
		for (i = 0; i < 20; i++) {
			tid = waitpid(-1, &status, __WALL | WNOHANG);
			if (tid > 0 && WIFSTOPPED(status))
				go_on(r, tid, status);
			else
				sleep_ms(1);
		}
	}
}

/* A sibling that stops the threads of this process, and lets them go on. */
void start_tracer(struct rng *r)
{
	pid_t pid = getpid();

	if (one_in(r, 4) && !fork())
		trace(r, pid);
}
