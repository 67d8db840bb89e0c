// SPDX-License-Identifier: Apache-2.0
/* What no Java code can do: see StressNatives.java. */
#include <jni.h>

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>

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
						 jint signal)
{
	(void)env;
	(void)class;
	kill(getpid(), signal);
}
