// SPDX-License-Identifier: GPL-2.0
/* Registration: who may, with what memory, and what is refused. */
#include "umcg_watch.h"
#include <fcntl.h>
#include "umcg_harness.h"

FIXTURE(task)
{
	struct umcg_task *ut;
};

FIXTURE_SETUP(task)
{
	self->ut = new_tasks();
}

FIXTURE_TEARDOWN(task)
{
}

TEST(query_returns_version_and_features)
{
	int answer = umcg_query();

	ASSERT_EQ(UMCG_ABI_VERSION, answer & 0xffff);
	EXPECT_TRUE(answer & UMCG_FEATURE_PREEMPT);
	EXPECT_EQ(-EINVAL, umcg_ctl_sized(UMCG_CTL_QUERY, &answer, 0, 0));
	EXPECT_EQ(-EINVAL, umcg_ctl_sized(UMCG_CTL_QUERY, NULL,
					  sizeof(struct umcg_task), 0));
	EXPECT_EQ(-EINVAL, umcg_ctl_sized(UMCG_CTL_QUERY, NULL, 0,
					  CLOCK_MONOTONIC));
}

TEST_F(task, server_registers_and_unregisters)
{
	ASSERT_EQ(0, register_server(self->ut));
	EXPECT_EQ(1, proc_umcg("servers"));
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->ut, 0));
	EXPECT_EQ(UMCG_TASK_NONE, get_state(self->ut));
	EXPECT_EQ(0, proc_umcg("servers"));
	EXPECT_EQ(0, register_server(self->ut));
}

TEST_F(task, every_clock_that_is_offered_registers)
{
	static const clockid_t clocks[] = {
		CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI
	};
	unsigned int i;

	for (i = 0; i < 4; i++) {
		init_server(self->ut);
		EXPECT_EQ(0, umcg_ctl(UMCG_CTL_REGISTER, self->ut, clocks[i]));
		EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->ut, 0));
	}
	init_server(self->ut);
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_REGISTER, self->ut,
				    CLOCK_PROCESS_CPUTIME_ID));
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_REGISTER, self->ut, -1));
}

/* R29 */
TEST_F(task, bad_flags_are_refused)
{
	init_server(self->ut);
	EXPECT_EQ(-EINVAL, umcg_ctl(0, self->ut, CLOCK_MONOTONIC));
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_WORKER, self->ut,
				    CLOCK_MONOTONIC));
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_REGISTER | UMCG_CTL_UNREGISTER,
				    self->ut, CLOCK_MONOTONIC));
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_REGISTER | 0x80000000, self->ut,
				    CLOCK_MONOTONIC));
}

/* R29 */
TEST_F(task, fields_that_must_be_zero_are_checked)
{
	size_t offset;

	for (offset = 0; offset < sizeof(*self->ut); offset += 4) {
		int want = -EINVAL;

		if (offset == offsetof(struct umcg_task, server_tid))
			want = -ESRCH;
		/* The mask, the aligned pointers and the limit are the user's. */
		if (offset == offsetof(struct umcg_task, critical_mask) ||
		    (offset >= offsetof(struct umcg_task, idle_server_tid_ptr) &&
		     offset < offsetof(struct umcg_task, turns)))
			continue;
		init_server(self->ut);
		((__u32 *)self->ut)[offset / 4] += 4;
		EXPECT_EQ(want, umcg_ctl(UMCG_CTL_REGISTER, self->ut,
					 CLOCK_MONOTONIC))
			TH_LOG("offset %zu", offset);
	}
	init_server(self->ut);
	self->ut->idle_server_tid_ptr = 2;
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_REGISTER, self->ut,
				    CLOCK_MONOTONIC));
	EXPECT_EQ(0, register_server(self->ut));
}

/* R29: only servers can be stuck. */
TEST_F(task, a_worker_has_no_limit)
{
	init_worker(self->ut, gettid());
	self->ut->hold_limit_ms = 1;
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_REGISTER | UMCG_CTL_WORKER,
				    self->ut, CLOCK_MONOTONIC));
}

/* R29: the state word's upper half is the user's, the rest is ours. */
TEST_F(task, a_flag_that_nobody_knows_is_refused)
{
	int bit;

	for (bit = 2; bit < UMCG_TASK_USER_SHIFT; bit++) {
		init_server(self->ut);
		self->ut->state |= 1U << bit;
		EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_REGISTER, self->ut,
					    CLOCK_MONOTONIC))
			TH_LOG("bit %d", bit);
	}
	init_server(self->ut);
	self->ut->state |= UMCG_TASK_USER_MASK;
	ASSERT_EQ(0, umcg_ctl(UMCG_CTL_REGISTER, self->ut, CLOCK_MONOTONIC));
	for (bit = 10; bit < UMCG_TASK_USER_SHIFT; bit++) {
		set_state(self->ut, UMCG_TASK_RUNNABLE | 1U << bit);
		EXPECT_EQ(-EINVAL, umcg_wait(0, in_ms(1)))
			TH_LOG("bit %d", bit);
	}
	set_state(self->ut, UMCG_TASK_RUNNING);
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->ut, 0));
}

static int try_size(struct umcg_task *ut, __u32 size)
{
	return umcg_ctl_sized(UMCG_CTL_REGISTER, ut, size, CLOCK_MONOTONIC);
}

/* R29: a program that knows less or more than the kernel does. */
TEST_F(task, a_larger_struct_must_be_zero_where_it_is_unknown)
{
	const __u32 size = UMCG_TASK_SIZE_VER0;
	char *end = (char *)self->ut + 4096;

	init_server(self->ut);
	EXPECT_EQ(-EINVAL, try_size(self->ut, 0));
	EXPECT_EQ(-EINVAL, try_size(self->ut, 64));
	EXPECT_EQ(-EINVAL, try_size(self->ut, size - 1));
	EXPECT_EQ(-E2BIG, try_size(self->ut, 4097));
	EXPECT_EQ(-E2BIG, try_size(self->ut, ~0U));

	end[-1] = 1;
	EXPECT_EQ(-E2BIG, try_size(self->ut, 4096));
	EXPECT_EQ(0, try_size(self->ut, 4095));
	EXPECT_EQ(-EINVAL, umcg_ctl_sized(UMCG_CTL_UNREGISTER, self->ut, size, 0));
	EXPECT_EQ(-EINVAL, umcg_ctl_sized(UMCG_CTL_UNREGISTER, self->ut, 4096, 0));
	EXPECT_EQ(0, umcg_ctl_sized(UMCG_CTL_UNREGISTER, self->ut, 4095, 0));

	init_server(self->ut);
	EXPECT_EQ(0, try_size(self->ut, size));
	EXPECT_EQ(0, umcg_ctl_sized(UMCG_CTL_UNREGISTER, self->ut, 0, 0));
}

/* R29: each struct is on one page, and 64-byte alignment is enough for that. */
TEST_F(task, a_struct_that_crosses_a_page_is_refused)
{
	struct umcg_task *last = (void *)((char *)self->ut + 4096 - 64);
	struct umcg_task *odd = (void *)((char *)self->ut + 64);

	init_server(last);
	EXPECT_EQ(-EINVAL, try_size(last, UMCG_TASK_SIZE_VER0));
	init_server(odd);
	EXPECT_EQ(0, try_size(odd, UMCG_TASK_SIZE_VER0));
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, odd, 0));
	init_server(self->ut + 31);
	EXPECT_EQ(-EINVAL, try_size(self->ut + 31, UMCG_TASK_SIZE_VER0 + 1));
	EXPECT_EQ(0, try_size(self->ut + 31, UMCG_TASK_SIZE_VER0));
}

/* R29 */
TEST_F(task, registering_twice_is_refused)
{
	ASSERT_EQ(0, register_server(self->ut));
	EXPECT_EQ(-EBUSY, umcg_ctl(UMCG_CTL_REGISTER, self->ut,
				   CLOCK_MONOTONIC));
	init_server(self->ut + 1);
	EXPECT_EQ(-EBUSY, umcg_ctl(UMCG_CTL_REGISTER, self->ut + 1,
				   CLOCK_MONOTONIC));
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->ut, 0));
}

static int try_server_at(void *where)
{
	return umcg_ctl(UMCG_CTL_REGISTER, where, CLOCK_MONOTONIC);
}

/* R29, R33 */
TEST_F(task, only_private_anonymous_writable_memory_will_do)
{
	char name[] = "/tmp/umcg-register-XXXXXX";
	void *shared, *file, *readonly;
	int fd = mkstemp(name);

	ASSERT_LE(0, fd);
	unlink(name);
	ASSERT_EQ(0, ftruncate(fd, 4096));

	EXPECT_EQ(-EINVAL, try_server_at((char *)self->ut + 32));
	EXPECT_EQ(-EFAULT, try_server_at(NULL));
	EXPECT_EQ(-EFAULT, try_server_at((void *)0xffff800000000000UL));

	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	init_server(shared);
	EXPECT_EQ(-EINVAL, try_server_at(shared));

	file = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	init_server(file);
	EXPECT_EQ(-EINVAL, try_server_at(file));

	readonly = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	init_server(readonly);
	mprotect(readonly, 4096, PROT_READ);
	EXPECT_EQ(-EFAULT, try_server_at(readonly));

	munmap(shared, 4096);
	EXPECT_EQ(-EFAULT, try_server_at(shared));
	EXPECT_EQ(0, register_server(self->ut));
}

static int try_worker(struct umcg_task *ut, pid_t server_tid)
{
	init_worker(ut, server_tid);
	return umcg_ctl(UMCG_CTL_REGISTER | UMCG_CTL_WORKER, ut,
			CLOCK_MONOTONIC);
}

static void register_again(struct worker *w)
{
	int *ret = w->arg;

	*ret = umcg_ctl(UMCG_CTL_REGISTER | UMCG_CTL_WORKER, w->ut,
			CLOCK_MONOTONIC);
}

/* R29 */
TEST_F(task, a_worker_needs_a_server_of_its_own_process)
{
	struct worker w = { 0 };
	int ret = 0, status;
	pid_t child;

	EXPECT_EQ(-ESRCH, try_worker(self->ut, 0));
	EXPECT_EQ(-ESRCH, try_worker(self->ut, gettid()));
	EXPECT_EQ(-ESRCH, try_worker(self->ut, 0x7fffffff));
	EXPECT_EQ(-ESRCH, try_worker(self->ut, -1));

	ASSERT_EQ(0, register_server(self->ut));
	child = fork();
	if (!child)
		_exit(-try_worker(self->ut + 1, getppid()));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(ESRCH, WEXITSTATUS(status));

	w.arg = &ret;
	ASSERT_TRUE(start_and_await(&w, self->ut + 2, self->ut,
				    register_again));
	EXPECT_EQ(0, serve(self->ut, w.tid));
	pthread_join(w.thread, NULL);
	EXPECT_EQ(-EBUSY, ret);
	EXPECT_EQ(0, w.ret);
}

static void *register_under(void *arg)
{
	struct worker *other = arg;
	struct umcg_task *ut = other->ut + 1;

	return (void *)(long)try_worker(ut, other->tid);
}

/* R29 */
TEST_F(task, a_worker_is_no_server)
{
	struct worker w = { 0 };
	pthread_t thread;
	void *ret;

	ASSERT_EQ(0, register_server(self->ut));
	ASSERT_TRUE(start_and_await(&w, self->ut + 1, self->ut, block_in_read));
	ASSERT_EQ(0, pthread_create(&thread, NULL, register_under, &w));
	pthread_join(thread, &ret);
	EXPECT_EQ(-ESRCH, (long)ret);
}

/* R30 */
TEST_F(task, a_wrong_unregister_changes_nothing)
{
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_UNREGISTER, self->ut, 0));
	ASSERT_EQ(0, register_server(self->ut));
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_UNREGISTER, self->ut + 1, 0));
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_UNREGISTER, NULL, 0));
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_UNREGISTER | UMCG_CTL_WORKER,
				    self->ut, 0));
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_UNREGISTER, self->ut,
				    CLOCK_MONOTONIC));
	set_state(self->ut, UMCG_TASK_RUNNABLE);
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_UNREGISTER, self->ut, 0));
	set_state(self->ut, UMCG_TASK_RUNNING);
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->ut, 0));
}

static long pinned_pages(void)
{
	write_file("/proc/sys/vm/stat_refresh", "1");
	return number_in("/proc/vmstat", "nr_foll_pin_acquired") -
	       number_in("/proc/vmstat", "nr_foll_pin_released");
}

static bool so_many_are_pinned(void *pages)
{
	return pinned_pages() == *(long *)pages;
}

#define PAGES	16

/* I6, I7: a page is charged and pinned while somebody is registered there, no longer. */
TEST(a_page_that_nobody_uses_is_neither_charged_nor_pinned)
{
	long locked = number_in("/proc/self/status", "VmPin:");
	long pinned = pinned_pages();
	struct umcg_task *ut;
	int i;

	for (i = 0; i < PAGES; i++) {
		ut = new_tasks();
		ASSERT_EQ(0, register_server(ut));
		EXPECT_EQ(locked + 4, number_in("/proc/self/status", "VmPin:"));
		EXPECT_LT(pinned, pinned_pages());
		ASSERT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, ut, 0));
		EXPECT_EQ(locked, number_in("/proc/self/status", "VmPin:"));
	}
	EXPECT_TRUE(eventually(so_many_are_pinned, &pinned));
}

/* R34: what was registered is unmapped, and a stranger takes the address. */
TEST_F(task, unmapped_task_memory_is_never_written_through)
{
	struct umcg_task *lost = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct umcg_task *stranger;

	ASSERT_EQ(0, register_server(lost));
	set_state(lost, UMCG_TASK_RUNNABLE);
	munmap(lost, 4096);
	stranger = mmap(lost, 4096, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	ASSERT_EQ(lost, stranger);
	memset(stranger, 0x5a, 4096);
	EXPECT_EQ(-ETIMEDOUT, umcg_wait(0, in_ms(10)));
	EXPECT_EQ(0x5a5a5a5a, stranger->state);
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, lost, 0));
	EXPECT_EQ(0x5a5a5a5a, stranger->state);
}

TEST_HARNESS_MAIN
