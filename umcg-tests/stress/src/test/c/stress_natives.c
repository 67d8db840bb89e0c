// SPDX-License-Identifier: Apache-2.0
/* What no Java code can do: see StressNatives.java. */
#include <jni.h>

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define MAX_THREADS	512

JNIEXPORT void JNICALL
Java_org_umcg_stress_StressNatives_sleepInCritical(JNIEnv *env, jclass class,
						   jbyteArray array, jlong us)
{
	struct timespec ts = { us / 1000000, us % 1000000 * 1000 };
	jbyte *bytes = (*env)->GetPrimitiveArrayCritical(env, array, NULL);

	(void)class;
	if (!bytes)
		return;
	bytes[0]++;
	nanosleep(&ts, NULL);
	(*env)->ReleasePrimitiveArrayCritical(env, array, bytes, 0);
}

JNIEXPORT void JNICALL
Java_org_umcg_stress_StressNatives_exitThread(JNIEnv *env, jclass class)
{
	(void)env;
	(void)class;
	syscall(SYS_exit, 0);
}

JNIEXPORT void JNICALL
Java_org_umcg_stress_StressNatives_signalAllThreads(JNIEnv *env, jclass class,
						    jint signal)
{
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *task;

	(void)env;
	(void)class;
	while (tasks && (task = readdir(tasks))) {
		if (task->d_name[0] != '.')
			syscall(SYS_tgkill, getpid(), atoi(task->d_name), signal);
	}
	if (tasks)
		closedir(tasks);
}

static void ignore(int signal)
{
	(void)signal;
}

JNIEXPORT void JNICALL
Java_org_umcg_stress_StressNatives_handleSignal(JNIEnv *env, jclass class,
						jint signal)
{
	struct sigaction action = { .sa_handler = ignore, .sa_flags = SA_RESTART };

	(void)env;
	(void)class;
	sigaction(signal, &action, NULL);
}

JNIEXPORT void JNICALL
Java_org_umcg_stress_StressNatives_signalProcess(JNIEnv *env, jclass class,
						 jlong pid, jint signal)
{
	(void)env;
	(void)class;
	kill((pid_t)pid, signal);
}

/* True once the thread stands still; it is ours then. */
static bool stop_thread(pid_t tid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, tid, NULL, NULL))
		return false;
	return !ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) &&
	       waitpid(tid, &status, __WALL) == tid && WIFSTOPPED(status);
}

/* A stop for a signal of its own comes first: the thread gets that signal now. */
static void let_go(pid_t tid, int signal)
{
	ptrace(PTRACE_DETACH, tid, NULL, signal);
}

static int trace(pid_t pid, int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };
	struct { pid_t tid; int signal; } stopped[MAX_THREADS];
	struct dirent *task;
	char path[64];
	int i, n = 0;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	if (!tasks)
		return 0;
	while (n < MAX_THREADS && (task = readdir(tasks))) {
		pid_t tid = atoi(task->d_name);
		siginfo_t info;

		if (tid <= 0 || !stop_thread(tid))
			continue;
		stopped[n].tid = tid;
		stopped[n].signal =
			!ptrace(PTRACE_GETSIGINFO, tid, NULL, &info) &&
			info.si_signo != SIGTRAP ? info.si_signo : 0;
		n++;
	}
	closedir(tasks);
	nanosleep(&ts, NULL);
	for (i = 0; i < n; i++)
		let_go(stopped[i].tid, stopped[i].signal);
	return n;
}

/* In a process of its own: who waits for the JVM as its parent must not see the stops. */
JNIEXPORT jboolean JNICALL
Java_org_umcg_stress_StressNatives_traceProcess(JNIEnv *env, jclass class,
						jlong pid, jint ms)
{
	pid_t tracer = fork();
	int status = 1;

	(void)env;
	(void)class;
	if (!tracer)
		_exit(trace((pid_t)pid, ms) ? 0 : 1);
	return tracer > 0 && waitpid(tracer, &status, 0) == tracer && !status;
}
