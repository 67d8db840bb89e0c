// SPDX-License-Identifier: Apache-2.0
/* The natives of CpuClaim: which CPUs there are, and which of them servers have. */
#include "binding/natives.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/un.h>

/* How many servers of a machine are kept apart on each CPU before all look alike. */
#define MOST_ON_ONE_CPU	16

static jintArray allowed(JNIEnv *env, jclass class)
{
	jint cpus[CPU_SETSIZE], cpu;
	jintArray array;
	cpu_set_t set;
	jsize n = 0;

	(void)class;
	if (!sched_getaffinity(0, sizeof(set), &set)) {
		for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
			if (CPU_ISSET((size_t)cpu, &set))
				cpus[n++] = cpu;
		}
	}
	array = (*env)->NewIntArray(env, n);
	if (array)
		(*env)->SetIntArrayRegion(env, array, 0, n, cpus);
	return array;
}

/*
 * Names without a file, see unix(7): the kernel gives each to one socket of the
 * machine, or of the network namespace, and takes it back when that is closed, or its
 * process ends in any way.
 */
static int bind_name(int fd, jint cpu, int level)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
			      "umcg/cpu/%d/%d", (int)cpu, level);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
				     (size_t)length);

	return bind(fd, (struct sockaddr *)&address, size) ? -errno : 0;
}

/* The index of the CPU that @fd has claimed: one with the fewest servers; or -errno. */
static int claim_any(int fd, const jint *cpus, jsize n)
{
	int level, ret;
	jsize i;

	for (level = 0; level < MOST_ON_ONE_CPU; level++) {
		for (i = 0; i < n; i++) {
			ret = bind_name(fd, cpus[i], level);
			if (!ret)
				return i;
			if (ret != -EADDRINUSE)
				return ret;
		}
	}
	return -EADDRINUSE;
}

/* Bits 0-31: the claim, a file descriptor; above: the CPU's index. Or -errno. */
static jlong claim(JNIEnv *env, jclass class, jintArray cpus)
{
	jint some[CPU_SETSIZE];
	jsize n = (*env)->GetArrayLength(env, cpus);
	int fd, index;

	(void)class;
	if (n > CPU_SETSIZE)
		n = CPU_SETSIZE;
	(*env)->GetIntArrayRegion(env, cpus, 0, n, some);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	index = claim_any(fd, some, n);
	if (index >= 0)
		return (jlong)index << 32 | fd;
	close(fd);
	return index;
}

static void release(JNIEnv *env, jclass class, jint fd)
{
	(void)env;
	(void)class;
	close(fd);
}

static jint pin(JNIEnv *env, jclass class, jint cpu)
{
	cpu_set_t set;

	(void)env;
	(void)class;
	if (cpu < 0 || cpu >= CPU_SETSIZE)
		return -EINVAL;
	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

static const JNINativeMethod methods[] = {
	NATIVE("allowed0", "()[I", allowed),
	NATIVE("claim0", "([I)J", claim),
	NATIVE("release0", "(I)V", release),
	NATIVE("pin0", "(I)I", pin),
};

const struct native_class cpus_natives = {
	"org/umcg/sentinel/CpuClaim", methods, ARRAY_SIZE(methods)
};
