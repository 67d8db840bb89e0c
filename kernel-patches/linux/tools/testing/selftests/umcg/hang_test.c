// SPDX-License-Identifier: GPL-2.0
/* A process whose registration hangs is nobody's problem but its own. */
#include "umcg_fuse.h"
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include "umcg_harness.h"

/* What the attacker tells, in memory that all share. */
struct stage {
	pid_t daemon;
	int hangs;		/* it has registered, or is about to */
	int error;
};

FIXTURE(hang)
{
	struct stage *stage;
	pid_t attacker;
};

FIXTURE_SETUP(hang)
{
	self->stage = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	self->attacker = 0;
	/* As on machines where everybody may use it. */
	ASSERT_EQ(0, chmod("/dev/fuse", 0666)) TH_LOG("needs CONFIG_FUSE_FS");
}

static void end_attack(struct stage *stage, pid_t attacker)
{
	if (stage->daemon > 0)
		kill(stage->daemon, SIGKILL);
	if (attacker > 0) {
		kill(attacker, SIGKILL);
		waitpid(attacker, NULL, 0);
	}
}

FIXTURE_TEARDOWN(hang)
{
	end_attack(self->stage, self->attacker);
}

static void *register_at(void *ut)
{
	return (void *)(long)umcg_ctl(UMCG_CTL_REGISTER, ut, CLOCK_MONOTONIC);
}

/* A registration whose thread and memory are there before the lock is not. */
struct late {
	struct umcg_task *ut;
	int go;
};

static bool is_set(void *flag)
{
	return __atomic_load_n((int *)flag, __ATOMIC_SEQ_CST);
}

static void *register_late(void *arg)
{
	struct late *late = arg;

	while (!is_set(&late->go))
		sleep_ms(1);
	/* The other one first. */
	sleep_ms(50);
	late->ut->server_tid = gettid();
	return register_at(late->ut);
}

/* /proc/self/mem keeps the lock of the whole address space while it faults. */
static void *hang_with_mmap_lock(void *page)
{
	int fd = open("/proc/self/mem", O_RDONLY);
	char c;

	return (void *)pread(fd, &c, 1, (uintptr_t)page);
}

/* And this one wants it for itself: who comes later waits behind it. */
static void *want_mmap_lock(void *arg)
{
	struct late *late = arg;

	while (!is_set(&late->go))
		;
	return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void be_attacker(struct stage *stage, void (*attack)(struct hanging_file *,
							    struct stage *))
{
	struct hanging_file file = { 0 };

	stage->error = become_unprivileged();
	if (!stage->error)
		stage->error = make_hanging_file(&file);
	stage->daemon = file.daemon;
	if (!stage->error)
		attack(&file, stage);
	if (stage->error)
		__atomic_store_n(&stage->hangs, 1, __ATOMIC_SEQ_CST);
	for (;;)
		pause();
}

/* Returns once the attack is under way, or has failed: stage->error. */
static pid_t start_attack(struct stage *stage,
			  void (*attack)(struct hanging_file *, struct stage *))
{
	pid_t child = fork();

	if (!child)
		be_attacker(stage, attack);
	if (!eventually(is_set, &stage->hangs))
		stage->error = -ETIME;
	/* A moment for the system call that it is about to make. */
	sleep_ms(200);
	return child;
}

/* A process of somebody else's: does it still get its server? */
static bool others_can_register(void)
{
	__u64 deadline = in_ms(PATIENCE_MS);
	int status = -1;
	pid_t child = fork();

	if (!child)
		_exit(register_server(new_tasks()) ? 1 : 7);
	/* If not, it may be beyond signals until the attack is over. */
	while (!waitpid(child, &status, WNOHANG) && now_ns() < deadline)
		sleep_ms(1);
	return status == 7 << 8;
}

static bool is_gone(void *pid)
{
	return waitpid(*(pid_t *)pid, NULL, WNOHANG) != 0;
}

static void attack_with_mmap_lock(struct hanging_file *file, struct stage *stage)
{
	void *page = map_hanging_file(file);
	struct late late = { new_tasks(), 0 };
	pthread_t thread[3];

	init_server(late.ut);
	pthread_create(&thread[2], NULL, register_late, &late);
	pthread_create(&thread[1], NULL, want_mmap_lock, &late);
	pthread_create(&thread[0], NULL, hang_with_mmap_lock, page);
	if (!eventually(is_set, file->reading))
		stage->error = -ETIME;
	__atomic_store_n(&late.go, 1, __ATOMIC_SEQ_CST);
	/* All three hang now, and so would we, did we need memory. */
	__atomic_store_n(&stage->hangs, 1, __ATOMIC_SEQ_CST);
	for (;;)
		pause();
}

/* I6, I8 */
TEST_F(hang, others_register_while_a_process_hangs_with_its_memory_locked)
{
	self->attacker = start_attack(self->stage, attack_with_mmap_lock);
	ASSERT_EQ(0, self->stage->error);
	EXPECT_TRUE(others_can_register());
}

static void attack_in_file(struct hanging_file *file, struct stage *stage)
{
	pthread_t thread;

	pthread_create(&thread, NULL, register_at, map_hanging_file(file));
	if (!eventually(is_set, file->reading))
		stage->error = -ETIME;
	__atomic_store_n(&stage->hangs, 1, __ATOMIC_SEQ_CST);
}

/* I6, I8: its struct is in the file that hangs; nor does it outlive SIGKILL. */
TEST_F(hang, others_register_while_a_struct_hangs_in_a_file)
{
	self->attacker = start_attack(self->stage, attack_in_file);
	ASSERT_EQ(0, self->stage->error);
	EXPECT_TRUE(others_can_register());
	kill(self->stage->daemon, SIGKILL);
	kill(self->attacker, SIGKILL);
	EXPECT_TRUE(eventually(is_gone, &self->attacker));
	self->attacker = 0;
}

/* The page has a server's struct, but its first write faults, and nobody ends that. */
static void attack_with_protected_page(struct hanging_file *file,
				       struct stage *stage)
{
	struct uffdio_api api = {
		.api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP
	};
	struct umcg_task *ut = new_tasks();
	struct uffdio_register area = {
		.range = { (uintptr_t)ut, 4096 },
		.mode = UFFDIO_REGISTER_MODE_WP
	};
	struct uffdio_writeprotect protect = {
		.range = area.range, .mode = UFFDIO_WRITEPROTECT_MODE_WP
	};
	int fd = syscall(__NR_userfaultfd, O_CLOEXEC);

	init_server(ut);
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) ||
	    ioctl(fd, UFFDIO_REGISTER, &area) ||
	    ioctl(fd, UFFDIO_WRITEPROTECT, &protect))
		stage->error = -errno;
	__atomic_store_n(&stage->hangs, 1, __ATOMIC_SEQ_CST);
	if (!stage->error)
		stage->error = umcg_ctl(UMCG_CTL_REGISTER, ut, CLOCK_MONOTONIC);
}

/* I6, I8: the page is there, so that it hangs when the kernel pins it. */
TEST_F(hang, others_register_while_a_struct_cannot_be_pinned)
{
	ASSERT_EQ(0, write_file("/proc/sys/vm/unprivileged_userfaultfd", "1"));
	self->attacker = start_attack(self->stage, attack_with_protected_page);
	EXPECT_EQ(0, write_file("/proc/sys/vm/unprivileged_userfaultfd", "0"));
	ASSERT_EQ(0, self->stage->error);
	EXPECT_TRUE(others_can_register());
	kill(self->attacker, SIGKILL);
	EXPECT_TRUE(eventually(is_gone, &self->attacker));
	self->attacker = 0;
}

TEST_HARNESS_MAIN
