// SPDX-License-Identifier: Apache-2.0
/*
 * The command sees the host's files read-only at their own paths. Kernel file
 * systems and scratch space in memory are put over it; /tmp and /var/tmp are
 * overlays, so that what the host has there is visible too.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

#define NEW_ROOT "/host"
#define SCRATCH "/scratch"
#define SHARE "trans=virtio,version=9p2000.L,msize=512000,access=any,"

struct entry {
	const char *source, *target, *type, *options;
	unsigned long flags;
	bool needed;
};

static const struct entry table[] = {
	{ "devtmpfs", "/dev", "devtmpfs", "mode=0755", MS_NOSUID, true },
	{ "devpts", "/dev/pts", "devpts", "mode=0620,gid=5,ptmxmode=0666", MS_NOSUID | MS_NOEXEC, true },
	{ "tmpfs", "/dev/shm", "tmpfs", "mode=1777", MS_NOSUID | MS_NODEV, true },
	{ "mqueue", "/dev/mqueue", "mqueue", "", 0, false },
	{ "proc", "/proc", "proc", "", MS_NOSUID | MS_NOEXEC | MS_NODEV, true },
	{ "sysfs", "/sys", "sysfs", "", MS_NOSUID | MS_NOEXEC | MS_NODEV, true },
	{ "cgroup2", "/sys/fs/cgroup", "cgroup2", "", 0, false },
	{ "debugfs", "/sys/kernel/debug", "debugfs", "", 0, false },
	{ "tracefs", "/sys/kernel/tracing", "tracefs", "", 0, false },
	{ "tmpfs", "/run", "tmpfs", "mode=0755", MS_NOSUID | MS_NODEV, true },
};

static void mount_table(void)
{
	char target[PATH_MAX];

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct entry *entry = &table[i];

		snprintf(target, sizeof(target), NEW_ROOT "%s", entry->target);
		mkdir(target, 0755);
		if (mount(entry->source, target, entry->type, entry->flags, entry->options) &&
		    entry->needed)
			fault("cannot mount %s: %m", entry->target);
	}
}

static void link_standard_streams(void)
{
	symlink("/proc/self/fd", NEW_ROOT "/dev/fd");
	symlink("/proc/self/fd/0", NEW_ROOT "/dev/stdin");
	symlink("/proc/self/fd/1", NEW_ROOT "/dev/stdout");
	symlink("/proc/self/fd/2", NEW_ROOT "/dev/stderr");
}

static void overlay(const char *folder, const char *name)
{
	char upper[64], work[64], target[64], options[256];

	snprintf(upper, sizeof(upper), SCRATCH "/%s", name);
	snprintf(work, sizeof(work), SCRATCH "/%s.work", name);
	snprintf(target, sizeof(target), NEW_ROOT "%s", folder);
	mkdir(upper, 0777);
	chmod(upper, 01777);
	mkdir(work, 0700);
	snprintf(options, sizeof(options), "lowerdir=%s,upperdir=%s,workdir=%s",
		 target, upper, work);
	if (mount("overlay", target, "overlay", MS_NOSUID | MS_NODEV, options))
		fault("cannot mount %s: %m", folder);
}

static void mount_scratch(void)
{
	mkdir(SCRATCH, 0700);
	if (mount("tmpfs", SCRATCH, "tmpfs", 0, "mode=0700"))
		fault("cannot mount " SCRATCH ": %m");
	overlay("/tmp", "tmp");
	overlay("/var/tmp", "var-tmp");
}

static void mount_writable(char **folders)
{
	char tag[32], target[PATH_MAX];

	for (int i = 0; folders[i]; i++) {
		snprintf(tag, sizeof(tag), "writable%d", i);
		snprintf(target, sizeof(target), NEW_ROOT "%s", folders[i]);
		if (mount(tag, target, "9p", MS_NOSUID | MS_NODEV, SHARE "cache=mmap"))
			fault("cannot mount %s: %m", folders[i]);
	}
}

/* A JVM looks its own host up, and there is no network to ask. */
static void name_host(void)
{
	sethostname("umcg", 4);
	write_text(NEW_ROOT "/run/hosts", "127.0.0.1 localhost umcg\n::1 localhost\n");
	mount(NEW_ROOT "/run/hosts", NEW_ROOT "/etc/hosts", NULL, MS_BIND, NULL);
}

void enter_file_system(const struct order *order)
{
	mkdir(NEW_ROOT, 0755);
	if (mount("root", NEW_ROOT, "9p", MS_RDONLY, SHARE "cache=loose"))
		fault("cannot mount the files of the host: %m");
	mount_table();
	link_standard_streams();
	mount_scratch();
	mount_writable(order->writable);
	name_host();
	if (chdir(NEW_ROOT) || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		fault("cannot enter the files of the host: %m");
}
