// SPDX-License-Identifier: Apache-2.0
/* The natives of Pages: memory that the kernel brings in page by page. */
#include "binding/natives.h"

#include <stdint.h>
#include <sys/mman.h>

static jobject map(JNIEnv *env, jclass class, jlong size)
{
	jobject buffer;
	void *start;

	(void)class;
	start = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (start == MAP_FAILED)
		return NULL;
	buffer = (*env)->NewDirectByteBuffer(env, start, size);
	if (!buffer)
		munmap(start, (size_t)size);
	return buffer;
}

static void unmap(JNIEnv *env, jclass class, jlong address, jlong size)
{
	(void)env;
	(void)class;
	munmap((void *)(uintptr_t)address, (size_t)size);
}

static const JNINativeMethod methods[] = {
	NATIVE("map0", "(J)Ljava/nio/ByteBuffer;", map),
	NATIVE("unmap0", "(JJ)V", unmap),
};

const struct native_class pages_natives = {
	"org/umcg/sentinel/Pages", methods, ARRAY_SIZE(methods)
};
