// SPDX-License-Identifier: GPL-2.0
/* Workers under a tracer: strace, a debugger, a seccomp filter with a supervisor. */
#include "umcg_watch.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include "umcg_harness.h"

#define YIELDS	20

/* What the two processes of a test share. */
struct shared {
	pid_t worker;
	int faults;		/* calls that did not return what they should */
	int first_fault;
	bool called;		/* the function that the debugger calls */
	bool go;
};

static struct shared *shared;

FIXTURE(trace)
{
	pid_t child;
};

FIXTURE_SETUP(trace)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)shared);
	self->child = 0;
}

FIXTURE_TEARDOWN(trace)
{
	if (self->child > 0)
		kill(self->child, SIGKILL);
}

static void expect_return(int want, int ret)
{
	if (want == ret)
		return;
	if (!shared->faults++)
		shared->first_fault = ret;
}

/* Yields, waits in vain, and switches to itself, which is refused. */
static void make_calls(struct worker *w)
{
	int i;

	for (i = 0; i < YIELDS; i++) {
		w->ut->next_tid = 0;
		set_state(w->ut, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT);
		expect_return(0, umcg_wait(UMCG_WAIT_YIELD, 0));
		set_state(w->ut, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT);
		expect_return(-ETIMEDOUT, umcg_wait(0, in_ms(2)));
	}
	expect_return(-EAGAIN, umcg_wait(0, 0));
	w->leave_registered = true;
	expect_return(0, umcg_ctl(UMCG_CTL_UNREGISTER | UMCG_CTL_WORKER, w->ut, 0));
}

/* Run a worker until it has gone. */
static void serve_worker(struct umcg_task *server, struct worker *w)
{
	struct umcg_task *ut;
	__u32 flags = 0;
	pid_t next = 0;
	int ret;

	while (get_state(w->ut) != UMCG_TASK_NONE || !w->leave_registered) {
		set_state(server, UMCG_TASK_RUNNABLE);
		take(&server->blocked_workers_ptr);
		ut = take(&server->runnable_workers_ptr);
		if (ut) {
			next = w->tid;
			flags = 0;
		}
		server->next_tid = next;
		ret = umcg_wait(next ? flags : 0, in_ms(20));
		if (ret == -EAGAIN && next && !flags)
			continue;
		flags = UMCG_WAIT_JOIN;
		if (ret != -ETIMEDOUT && ret != -EINTR)
			next = 0;
	}
	set_state(server, UMCG_TASK_RUNNING);
}

static int serve_one_worker(void (*body)(struct worker *))
{
	struct umcg_task *ut = new_tasks();
	struct worker w = { 0 };

	if (register_server(ut) ||
	    start_worker(&w, ut + 1, ut->server_tid, body))
		return 1;
	while (!__atomic_load_n(&w.tid, __ATOMIC_SEQ_CST))
		;
	serve_worker(ut, &w);
	pthread_join(w.thread, NULL);
	return shared->faults ? 2 : 0;
}

/* As strace -f: each thread stops at the start and the end of each system call. */
static int trace_all(pid_t child)
{
	int status, sig;
	pid_t tid;

	for (;;) {
		tid = waitpid(-1, &status, __WALL);
		if (tid < 0)
			return -errno;
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (tid == child)
				return WIFEXITED(status) ? WEXITSTATUS(status) :
							   -WTERMSIG(status);
			continue;
		}
		sig = WSTOPSIG(status);
		if (sig == (SIGTRAP | 0x80) || status >> 16 || sig == SIGTRAP)
			sig = 0;
		ptrace(PTRACE_SYSCALL, tid, NULL, (void *)(long)sig);
	}
}

/* R64 */
TEST_F(trace, calls_of_a_traced_worker_return_what_they_should)
{
	self->child = fork();
	if (!self->child) {
		raise(SIGSTOP);
		_exit(serve_one_worker(make_calls));
	}
	ASSERT_LT(0, self->child);
	ASSERT_EQ(self->child, waitpid(self->child, NULL, WUNTRACED));
	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, self->child, NULL,
			    (void *)(long)(PTRACE_O_TRACESYSGOOD |
					   PTRACE_O_TRACECLONE |
					   PTRACE_O_EXITKILL)));
	ASSERT_EQ(0, kill(self->child, SIGCONT));
	EXPECT_EQ(0, trace_all(self->child));
	EXPECT_EQ(0, shared->faults)
		TH_LOG("the first one returned %d", shared->first_fault);
	self->child = 0;
}

/* A filter of the calling thread that asks about each of our calls. */
static int install_filter(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_umcg_wait, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_umcg_ctl, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {
		.len = sizeof(filter) / sizeof(*filter),
		.filter = filter,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER,
		       SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);
}

/* Lets each call pass, a moment later. */
static void *supervise(void *arg)
{
	struct seccomp_notif notif;
	struct seccomp_notif_resp resp;
	int listener = (long)arg;

	for (;;) {
		memset(&notif, 0, sizeof(notif));
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notif))
			return NULL;
		sleep_ms(1);
		memset(&resp, 0, sizeof(resp));
		resp.id = notif.id;
		resp.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &resp);
	}
}

static void make_supervised_calls(struct worker *w)
{
	int listener = install_filter();
	pthread_t supervisor;

	if (listener < 0 ||
	    pthread_create(&supervisor, NULL, supervise, (void *)(long)listener))
		expect_return(0, -1);
	make_calls(w);
}

/* R64 */
TEST_F(trace, calls_of_a_supervised_worker_return_what_they_should)
{
	int status;

	self->child = fork();
	if (!self->child)
		_exit(serve_one_worker(make_supervised_calls));
	ASSERT_EQ(self->child, waitpid(self->child, &status, 0));
	self->child = 0;
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, shared->faults)
		TH_LOG("the first one returned %d", shared->first_fault);
}

/* What the debugger calls in a held worker. It ends at the address 0, by a signal. */
static void called_by_debugger(void)
{
	set_flag(&shared->called);
	/* A system call would be a way to be held. */
	getppid();
}

static void run_when_told(struct worker *w)
{
	__atomic_store_n(&shared->worker, gettid(), __ATOMIC_SEQ_CST);
	while (!flag_is_set(&shared->go))
		sched_yield();
}

/* A worker that is held; its server does nothing before it is told. */
static int hold_one_worker(void)
{
	struct umcg_task *ut = new_tasks();
	struct worker w = { 0 };

	if (register_server(ut) ||
	    start_worker(&w, ut + 1, ut->server_tid, run_when_told))
		return 1;
	if (!await_list(&ut->runnable_workers_ptr))
		return 2;
	__atomic_store_n(&shared->worker, w.tid, __ATOMIC_SEQ_CST);
	while (!flag_is_set(&shared->go))
		sleep_ms(1);
	if (take(&ut->runnable_workers_ptr) != ut + 1 || ut[1].runnable_workers_ptr)
		return 3;
	if (run_worker(ut, &w) || pthread_join(w.thread, NULL))
		return 4;
	return proc_umcg("max_running") == 1 ? 0 : 5;
}

static bool stop_thread(pid_t tid)
{
	int status;

	return !ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) &&
	       waitpid(tid, &status, __WALL) == tid && WIFSTOPPED(status);
}

static bool start_debugging(struct _test_data_trace *self)
{
	__u64 deadline = in_ms(PATIENCE_MS);

	self->child = fork();
	if (!self->child)
		_exit(hold_one_worker());
	while (!__atomic_load_n(&shared->worker, __ATOMIC_SEQ_CST)) {
		if (now_ns() > deadline)
			return false;
		sleep_ms(1);
	}
	return !ptrace(PTRACE_SEIZE, shared->worker, NULL, PTRACE_O_EXITKILL) &&
	       stop_thread(shared->worker);
}

static bool worker_stops(void *status)
{
	return waitpid(shared->worker, status, __WALL | WNOHANG) ==
	       shared->worker;
}

static int end_debugging(struct _test_data_trace *self)
{
	int status;

	if (ptrace(PTRACE_DETACH, shared->worker, NULL, NULL))
		return -errno;
	sleep_ms(50);
	set_flag(&shared->go);
	if (waitpid(self->child, &status, 0) != self->child)
		return -errno;
	self->child = 0;
	return status;
}

TEST_F(trace, a_debugger_can_call_a_function_in_a_held_worker)
{
	struct user_regs_struct before, call;
	pid_t tid;
	int status;

	ASSERT_TRUE(start_debugging(self));
	tid = shared->worker;
	ASSERT_EQ(0, ptrace(PTRACE_GETREGS, tid, NULL, &before));
	call = before;
	call.rip = (unsigned long)called_by_debugger;
	call.orig_rax = -1;
	call.rsp = ((before.rsp - 256) & ~15UL) - 8;
	ASSERT_EQ(0, ptrace(PTRACE_POKEDATA, tid, (void *)call.rsp, NULL));
	ASSERT_EQ(0, ptrace(PTRACE_SETREGS, tid, NULL, &call));
	ASSERT_EQ(0, ptrace(PTRACE_CONT, tid, NULL, NULL));
	ASSERT_TRUE(eventually(worker_stops, &status));
	ASSERT_TRUE(WIFSTOPPED(status));
	EXPECT_EQ(SIGSEGV, WSTOPSIG(status));
	EXPECT_TRUE(flag_is_set(&shared->called));
	ASSERT_EQ(0, ptrace(PTRACE_SETREGS, tid, NULL, &before));
	/* Held again: it does not get on until a server runs it. */
	ASSERT_EQ(0, ptrace(PTRACE_CONT, tid, NULL, NULL));
	sleep_ms(50);
	ASSERT_TRUE(stop_thread(tid));
	ASSERT_EQ(0, ptrace(PTRACE_GETREGS, tid, NULL, &call));
	EXPECT_EQ(before.rip, call.rip);
	EXPECT_EQ(before.rsp, call.rsp);
	EXPECT_EQ(0, end_debugging(self));
}

TEST_F(trace, a_debugger_can_step_a_held_worker)
{
	struct user_regs_struct before, after;
	int status, i;
	pid_t tid;

	ASSERT_TRUE(start_debugging(self));
	tid = shared->worker;
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, ptrace(PTRACE_GETREGS, tid, NULL, &before));
		ASSERT_EQ(0, ptrace(PTRACE_SINGLESTEP, tid, NULL, NULL));
		ASSERT_TRUE(eventually(worker_stops, &status));
		ASSERT_TRUE(WIFSTOPPED(status));
		EXPECT_EQ(SIGTRAP, WSTOPSIG(status));
		ASSERT_EQ(0, ptrace(PTRACE_GETREGS, tid, NULL, &after));
		EXPECT_NE(before.rip, after.rip);
	}
	EXPECT_EQ(0, end_debugging(self));
}

TEST_HARNESS_MAIN
