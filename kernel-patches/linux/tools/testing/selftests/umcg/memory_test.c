// SPDX-License-Identifier: GPL-2.0
/* The memory of the structs: what it is charged, and pages that user space serves. */
#include "umcg_watch.h"
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include "umcg_harness.h"

#define HUGE_PAGE	(2UL << 20)
#define HUGE_KB		2048
#define PIECES		4

static long pinned_kb(void)
{
	return number_in("/proc/self/status", "VmPin:");
}

/* So many huge pages, in which the process has written. */
static char *new_huge_pages(int count)
{
	char *p = mmap(NULL, (count + 1) * HUGE_PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	p = (char *)(((uintptr_t)p + HUGE_PAGE - 1) & -HUGE_PAGE);
	madvise(p, count * HUGE_PAGE, MADV_HUGEPAGE);
	for (i = 0; i < count; i++)
		p[i * HUGE_PAGE] = 0;
	return p;
}

static long huge_kb(void)
{
	return number_in("/proc/self/smaps_rollup", "AnonHugePages:");
}

/* A page is charged as a whole, however small the struct is, and only once. */
TEST(a_huge_page_is_charged_as_such)
{
	long before = huge_kb(), pinned = pinned_kb();
	char *huge = new_huge_pages(PIECES);
	struct actor actor[PIECES], second;
	int i;

	ASSERT_EQ(before + PIECES * HUGE_KB, huge_kb());
	for (i = 0; i < PIECES; i++) {
		ASSERT_TRUE(start_actor(&actor[i], (void *)(huge + i * HUGE_PAGE)));
		EXPECT_EQ(pinned + (i + 1) * HUGE_KB, pinned_kb());
	}
	/* On another page, but of the first huge one. */
	ASSERT_TRUE(start_actor(&second, (void *)(huge + 8 * 4096)));
	EXPECT_EQ(pinned + PIECES * HUGE_KB, pinned_kb());
	ASSERT_EQ(0, order_and_await(&actor[0], act_unregister));
	EXPECT_EQ(pinned + PIECES * HUGE_KB, pinned_kb());
	ASSERT_EQ(0, order_and_await(&second, act_unregister));
	for (i = 1; i < PIECES; i++)
		ASSERT_EQ(0, order_and_await(&actor[i], act_unregister));
	EXPECT_EQ(pinned, pinned_kb());
}

/* I6: so a limit of locked memory is one, for all that cannot be moved or freed. */
static int register_within_limit(char *huge)
{
	struct rlimit limit = { HUGE_PAGE + 4096, HUGE_PAGE + 4096 };
	struct umcg_task *small = new_tasks();
	struct actor actor;

	if (setrlimit(RLIMIT_MEMLOCK, &limit) ||
	    setresuid(65534, 65534, 65534))
		return 1;
	if (!start_actor(&actor, (void *)huge))
		return 2;
	if (start_actor(&actor, (void *)(huge + HUGE_PAGE)) ||
	    actor.ret != -ENOMEM)
		return 3;
	if (pinned_kb() != HUGE_KB)
		return 4;
	/* What it did not get is not counted; and it shares what it has. */
	if (!start_actor(&actor, (void *)(huge + 4096)))
		return 5;
	if (!start_actor(&actor, small))
		return 6;
	if (register_server(new_tasks()) != -ENOMEM)
		return 7;
	return pinned_kb() == HUGE_KB + 4 ? 42 : 8;
}

TEST(the_limit_of_locked_memory_counts_huge_pages)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(register_within_limit(new_huge_pages(2)));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(42 << 8, status);
}

/* Serves one fault of the memory that is registered with it, at its own time. */
struct pager {
	int fd;
	char *page;
	__u64 mode;
	struct umcg_task content;
	int faults;
	int error;
};

static int serve_fault(struct pager *p)
{
	static char whole[4096];
	struct uffdio_copy copy = {
		.dst = (uintptr_t)p->page, .src = (uintptr_t)whole,
		.len = 4096
	};
	struct uffdio_writeprotect unprotect = {
		.range = { (uintptr_t)p->page, 4096 }
	};

	if (p->mode == UFFDIO_REGISTER_MODE_WP)
		return ioctl(p->fd, UFFDIO_WRITEPROTECT, &unprotect);
	memcpy(whole, &p->content, sizeof(p->content));
	return ioctl(p->fd, UFFDIO_COPY, &copy);
}

static void *pager_main(void *arg)
{
	struct pager *p = arg;
	struct uffd_msg msg;

	while (read(p->fd, &msg, sizeof(msg)) == sizeof(msg)) {
		sleep_ms(20);
		/* Before the one that waits for the page can look. */
		__atomic_add_fetch(&p->faults, 1, __ATOMIC_SEQ_CST);
		if (serve_fault(p))
			p->error = errno;
	}
	return NULL;
}

/* The faults of a page of ours, which is there already in mode WP, are @p's. */
static int start_pager(struct pager *p, __u64 mode, char *page)
{
	struct uffdio_api api = {
		.api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP
	};
	struct uffdio_register area = {
		.range = { (uintptr_t)page, 4096 }, .mode = mode
	};
	struct uffdio_writeprotect protect = {
		.range = area.range, .mode = UFFDIO_WRITEPROTECT_MODE_WP
	};
	pthread_t thread;

	memset(p, 0, sizeof(*p));
	p->page = page;
	p->mode = mode;
	init_server(&p->content);
	if (mode == UFFDIO_REGISTER_MODE_WP)
		init_server((void *)page);
	p->fd = syscall(__NR_userfaultfd, O_CLOEXEC);
	if (p->fd < 0 || ioctl(p->fd, UFFDIO_API, &api) ||
	    ioctl(p->fd, UFFDIO_REGISTER, &area) ||
	    (mode == UFFDIO_REGISTER_MODE_WP &&
	     ioctl(p->fd, UFFDIO_WRITEPROTECT, &protect)))
		return -errno;
	return -pthread_create(&thread, NULL, pager_main, p);
}

/* R33: user space serves the fault, and the registration goes on. */
TEST(a_missing_page_is_asked_for)
{
	struct umcg_task *ut = new_tasks();
	struct pager p;

	ASSERT_EQ(0, start_pager(&p, UFFDIO_REGISTER_MODE_MISSING, (char *)ut));
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_REGISTER, ut, CLOCK_MONOTONIC));
	EXPECT_EQ(1, p.faults);
	EXPECT_EQ(0, p.error);
	set_state(ut, UMCG_TASK_RUNNABLE);
	EXPECT_EQ(-ETIMEDOUT, umcg_wait(0, in_ms(1)));
	EXPECT_EQ(UMCG_TASK_RUNNING, ut->state);
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, ut, 0));
}

/* R33: the same for the first write to a page that is there. */
TEST(a_write_protected_page_is_asked_for)
{
	struct umcg_task *ut = new_tasks();
	struct pager p;

	ASSERT_EQ(0, start_pager(&p, UFFDIO_REGISTER_MODE_WP, (char *)ut));
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_REGISTER, ut, CLOCK_MONOTONIC));
	EXPECT_EQ(1, p.faults);
	EXPECT_EQ(0, p.error);
	set_state(ut, UMCG_TASK_RUNNABLE);
	EXPECT_EQ(-ETIMEDOUT, umcg_wait(0, in_ms(1)));
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, ut, 0));
}

static bool has_bus_error;

static void note_bus_error(int sig)
{
	set_flag(&has_bus_error);
}

static int use_page_with_an_error(void)
{
	struct sigaction sa = { .sa_handler = note_bus_error };
	struct umcg_task *ut = new_tasks();

	if (register_server(ut) || sigaction(SIGBUS, &sa, NULL))
		return 1;
	/* It stays pinned, and so in use: that is no recovery. */
	if (!madvise(ut, 4096, MADV_HWPOISON) || errno != EBUSY)
		return 2;
	/* The process has lost it all the same. */
	if (!flag_is_set(&has_bus_error))
		return 5;
	if (umcg_wait(0, in_ms(1)) != -EAGAIN)
		return 3;
	return umcg_ctl(UMCG_CTL_UNREGISTER, ut, 0) ? 4 : 42;
}

/* I6: the kernel goes on using what it has pinned. */
TEST(a_memory_error_does_not_take_a_pinned_page_away)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(use_page_with_an_error());
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(42 << 8, status) TH_LOG("needs CONFIG_MEMORY_FAILURE");
}

TEST_HARNESS_MAIN
