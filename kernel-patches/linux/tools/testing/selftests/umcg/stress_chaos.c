// SPDX-License-Identifier: GPL-2.0
/* What happens to the threads of the stress test from outside. */
#include "stress.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#define PAGE		4096UL

static int faults = -1;
static char *pages;	/* one for each worker: its fault sleeps until we help */

char *faulting_page(int slot)
{
	return pages + slot * PAGE;
}

/* Without userfaultfd the pages are plain ones. */
static void watch_pages(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register all = {
		.range = { (uintptr_t)pages, WORKER_SLOTS * PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	faults = syscall(SYS_userfaultfd, O_NONBLOCK | O_CLOEXEC);
	if (faults < 0)
		return;
	if (ioctl(faults, UFFDIO_API, &api) ||
	    ioctl(faults, UFFDIO_REGISTER, &all))
		broken("userfaultfd: %d", errno);
}

void start_chaos(void)
{
	pages = mmap(NULL, WORKER_SLOTS * PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		broken("no memory for faults");
	else if (has(WITH_FAULT))
		watch_pages();
}

static void end_faults(struct rng *r)
{
	struct uffdio_zeropage zero = { 0 };
	struct uffd_msg msg;

	while (faults >= 0 && read(faults, &msg, sizeof(msg)) == sizeof(msg)) {
		if (one_in(r, 2))
			nap(r, 500);
		zero.range.start = msg.arg.pagefault.address & -PAGE;
		zero.range.len = PAGE;
		/* The page is there when the thread was interrupted before. */
		if (ioctl(faults, UFFDIO_ZEROPAGE, &zero) && errno != EEXIST &&
		    errno != EAGAIN)
			broken("UFFDIO_ZEROPAGE: %d", errno);
		ioctl(faults, UFFDIO_WAKE, &zero.range);
	}
}

static pid_t some_thread(struct rng *r)
{
	int w = some_worker(r);

	return w == NOBODY || one_in(r, 8) ? some_server(r) :
	       run->worker[w].tid;
}

static void move_to_cpu(struct rng *r, pid_t tid)
{
	unsigned int cpus = sysconf(_SC_NPROCESSORS_ONLN), i;
	cpu_set_t set;

	CPU_ZERO(&set);
	for (i = 0; i < cpus; i++) {
		if (one_in(r, 2))
			CPU_SET(i, &set);
	}
	CPU_SET(rng_below(r, cpus), &set);
	sched_setaffinity(tid, sizeof(set), &set);
}

/* Real-time for workers only: a server that finds nobody ready tries again. */
static void change_weight(struct rng *r, pid_t tid)
{
	static const int policies[] = { SCHED_OTHER, SCHED_BATCH, SCHED_IDLE };
	struct sched_param param = { 0 };
	int w = some_worker(r);

	switch (rng_below(r, 4)) {
	case 0:
		setpriority(PRIO_PROCESS, tid, (int)rng_below(r, 15) - 4);
		break;
	case 1:
		sched_setscheduler(tid, policies[rng_below(r, ARRAY_SIZE(policies))], &param);
		break;
	case 2:
		param.sched_priority = 1;
		if (w != NOBODY)
			sched_setscheduler(run->worker[w].tid,
					   one_in(r, 2) ? SCHED_FIFO :
					   SCHED_RR, &param);
		break;
	default:
		sched_setscheduler(tid, SCHED_OTHER, &param);
		setpriority(PRIO_PROCESS, tid, 0);
	}
}

static void change_group(struct rng *r, pid_t tid)
{
	static const char * const groups[] = { "", "/fast", "/slow" };
	char path[128], text[16];
	int fd;

	snprintf(path, sizeof(path), "%s%s/cgroup.threads",
		 "/sys/fs/cgroup/umcg-stress", groups[rng_below(r, 3)]);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		broken("%s: %d", path, errno);
		return;
	}
	snprintf(text, sizeof(text), "%d", tid);
	/* The thread may have gone; a real-time one may not be welcome. */
	if (write(fd, text, strlen(text)) < 0 && errno != ESRCH &&
	    errno != EINVAL)
		broken("%s: %d", path, errno);
	close(fd);
}

/* Wake who waits for us; then one thing or another. */
void cause_chaos(struct rng *r)
{
	unsigned int used = load(&run->worker_slots), w;
	pid_t tid = some_thread(r);

	end_faults(r);
	for (w = 0; w < used; w++) {
		if (one_in(r, 3) &&
		    swap_if(&run->worker[w].wants_byte, 1, 0) &&
		    write(run->worker[w].pipe[1], "x", 1) != 1)
			broken("no byte for worker %d: %d", w, errno);
		if (one_in(r, 3) && unpark(w) && may_kick())
			umcg_kick(0, some_server(r));
	}
	if (has(WITH_SIGNAL) && one_in(r, 2))
		syscall(SYS_tgkill, getpid(), tid, random_signal(r));
	if (has(WITH_KICK) && one_in(r, 2))
		umcg_kick(one_in(r, 3) ? UMCG_KICK_BLOCKED : 0, some_thread(r));
	if (has(WITH_AFFINITY) && one_in(r, 8))
		move_to_cpu(r, some_thread(r));
	if (has(WITH_NICE) && one_in(r, 8))
		change_weight(r, some_thread(r));
	if (has(WITH_CGROUP) && one_in(r, 16))
		change_group(r, some_thread(r));
	if (has(WITH_SERVER) && one_in(r, 8))
		umcg_kick(0, some_server(r));
}

/* R33, R34: what is done to the memory harms this process only. */
void tear_memory(struct rng *r)
{
	char *page = (char *)run->tasks + rng_below(r, 8) * PAGE;
	int advice[] = { MADV_DONTNEED, MADV_FREE, MADV_PAGEOUT, MADV_COLD,
			 MADV_MERGEABLE, MADV_DONTFORK, MADV_NOHUGEPAGE };

	switch (rng_below(r, 6)) {
	case 0:
		madvise(page, PAGE, advice[rng_below(r, ARRAY_SIZE(advice))]);
		break;
	case 1:
		mprotect(page, PAGE, PROT_READ);
		nap(r, 50);
		mprotect(page, PAGE, PROT_READ | PROT_WRITE);
		break;
	case 2:
		munmap(page, PAGE);
		break;
	case 3:
		mmap(page, PAGE, PROT_READ | PROT_WRITE, MAP_FIXED |
		     MAP_ANONYMOUS | (one_in(r, 2) ? MAP_PRIVATE : MAP_SHARED),
		     -1, 0);
		break;
	case 4:
		mremap(page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		       (char *)run->tasks + rng_below(r, 8) * PAGE);
		break;
	default:
		memset(page, rng_next(r), one_in(r, 2) ? PAGE : 64);
	}
}
