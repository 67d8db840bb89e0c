/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_FUSE_H
#define _UMCG_FUSE_H

/*
 * A file system of one file of one page, that an unprivileged process serves itself.
 * It never answers a read, or late: whoever faults in that page hangs until then, or
 * until the daemon is killed.
 */

#include "umcg_watch.h"
#include <linux/fuse.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

struct hanging_file {
	unsigned int late_ms;	/* 0: never */
	int dev;
	pid_t daemon;
	int fd;
	int *reading;	/* shared: somebody hangs */
};

static inline void fuse_reply(int dev, __u64 unique, int error, const void *data,
			      size_t size)
{
	struct fuse_out_header out = { sizeof(out) + size, error, unique };
	static char buffer[8192];

	memcpy(buffer, &out, sizeof(out));
	if (size)
		memcpy(buffer + sizeof(out), data, size);
	if (write(dev, buffer, sizeof(out) + size) < 0)
		perror("/dev/fuse");
}

static inline void fuse_set_attr(struct fuse_attr *attr, __u64 node)
{
	attr->ino = node;
	attr->nlink = 1;
	attr->blksize = 4096;
	attr->size = node == FUSE_ROOT_ID ? 0 : 4096;
	attr->mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644;
}

static inline void fuse_init(int dev, const struct fuse_in_header *in)
{
	struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096
	};

	fuse_reply(dev, in->unique, 0, &out, sizeof(out));
}

static inline void fuse_lookup(int dev, const struct fuse_in_header *in)
{
	struct fuse_entry_out out = {
		.nodeid = 2, .attr_valid = 1000, .entry_valid = 1000
	};

	fuse_set_attr(&out.attr, 2);
	fuse_reply(dev, in->unique, 0, &out, sizeof(out));
}

static inline void fuse_getattr(int dev, const struct fuse_in_header *in)
{
	struct fuse_attr_out out = { .attr_valid = 1000 };

	fuse_set_attr(&out.attr, in->nodeid);
	fuse_reply(dev, in->unique, 0, &out, sizeof(out));
}

static inline void fuse_open(int dev, const struct fuse_in_header *in)
{
	struct fuse_open_out out = { .fh = 1 };

	fuse_reply(dev, in->unique, 0, &out, sizeof(out));
}

static inline void fuse_read(struct hanging_file *file,
			     const struct fuse_in_header *in)
{
	static const char page[4096];

	__atomic_store_n(file->reading, 1, __ATOMIC_SEQ_CST);
	if (!file->late_ms)
		return;
	sleep_ms(file->late_ms);
	fuse_reply(file->dev, in->unique, 0, page, sizeof(page));
}

static inline void fuse_serve(struct hanging_file *file)
{
	static char buffer[FUSE_MIN_READ_BUFFER + 8192];
	struct fuse_in_header *in = (void *)buffer;

	for (;;) {
		if (read(file->dev, buffer, sizeof(buffer)) < 0) {
			if (errno == EINTR || errno == ENOENT)
				continue;
			_exit(0);
		}
		switch (in->opcode) {
		case FUSE_INIT:
			fuse_init(file->dev, in);
			break;
		case FUSE_LOOKUP:
			fuse_lookup(file->dev, in);
			break;
		case FUSE_GETATTR:
			fuse_getattr(file->dev, in);
			break;
		case FUSE_OPEN:
			fuse_open(file->dev, in);
			break;
		case FUSE_READ:
			fuse_read(file, in);
			break;
		case FUSE_FORGET:
		case FUSE_BATCH_FORGET:
		case FUSE_INTERRUPT:
			break;
		default:
			fuse_reply(file->dev, in->unique, -EOPNOTSUPP, NULL, 0);
		}
	}
}

/* The calling process gets namespaces of its own, in which it may mount. */
static inline int leave_for_own_namespaces(void)
{
	uid_t uid = getuid();
	gid_t gid = getgid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return -errno;
	write_file("/proc/self/setgroups", "deny");
	if (write_file("/proc/self/uid_map", "0 %u 1", uid) ||
	    write_file("/proc/self/gid_map", "0 %u 1", gid))
		return -EPERM;
	return 0;
}

/* From here on the caller is nobody, as far as others are concerned. */
static inline int become_unprivileged(void)
{
	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		return -errno;
	/* So that its files in /proc are its own. */
	prctl(PR_SET_DUMPABLE, 1);
	return leave_for_own_namespaces();
}

/*
 * Mount and open the file. Needs a mount namespace of the caller's own, and
 * /dev/fuse that everybody may open, as it is on most machines.
 */
static inline int make_hanging_file(struct hanging_file *file)
{
	char dir[] = "/tmp/umcg-fuse-XXXXXX", options[64], path[64];

	file->reading = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	file->dev = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (file->dev < 0)
		return -errno;
	if (!mkdtemp(dir))
		return -errno;
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0", file->dev);
	if (mount("none", dir, "fuse", 0, options))
		return -errno;
	/* Another process: not for it to wait for this one's memory. */
	file->daemon = fork();
	if (!file->daemon) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fuse_serve(file);
	}
	/* The daemon's is the last one: when it dies, nobody hangs any more. */
	close(file->dev);
	snprintf(path, sizeof(path), "%s/file", dir);
	file->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file->fd < 0)
		return -errno;
	/* The file keeps the rest. */
	umount2(dir, MNT_DETACH);
	rmdir(dir);
	return 0;
}

static inline void *map_hanging_file(struct hanging_file *file)
{
	return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file->fd, 0);
}

#endif /* _UMCG_FUSE_H */
