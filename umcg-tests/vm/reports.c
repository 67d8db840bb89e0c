// SPDX-License-Identifier: Apache-2.0
/* What is kept when something went wrong. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

#define REPORTS "/reports"

/* Held open, because the command's file system does not contain it. */
static int reports = -1;

void open_reports(void)
{
	mkdir(REPORTS, 0700);
	if (mount("reports", REPORTS, "9p", 0, "trans=virtio,version=9p2000.L"))
		fault("cannot mount the folder for reports: %m");
	reports = open(REPORTS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void keep(int folder, const char *name)
{
	int from = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int to = openat(reports, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (from >= 0 && to >= 0)
		while (sendfile(to, from, NULL, 1 << 20) > 0)
			;
	close(from);
	close(to);
}

static bool is_crash_report(const char *name)
{
	return !strncmp(name, "hs_err_pid", 10) || !strncmp(name, "replay_pid", 10);
}

static void keep_from(const char *path, time_t since)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	struct stat status;

	while (folder && (entry = readdir(folder))) {
		if (is_crash_report(entry->d_name) &&
		    !fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) &&
		    S_ISREG(status.st_mode) && status.st_mtime >= since)
			keep(dirfd(folder), entry->d_name);
	}
	if (folder)
		closedir(folder);
}

/* A JVM writes them to its current folder, or to /tmp. */
void keep_crash_reports(const struct order *order, time_t since)
{
	keep_from(order->folder, since);
	keep_from("/tmp", since);
	for (char **folder = order->writable; *folder; folder++)
		keep_from(*folder, since);
}

static void ask_thread_dump(const char *pid)
{
	char path[300], *name;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	name = read_text(path);
	if (name && !strcmp(name, "java\n"))
		kill(atoi(pid), SIGQUIT);
	free(name);
}

void dump_tasks(void)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;

	write_text("/proc/sys/kernel/printk", "8\n");
	write_text("/proc/sysrq-trigger", "t");
	while (folder && (entry = readdir(folder)))
		if (isdigit((unsigned char)entry->d_name[0]))
			ask_thread_dump(entry->d_name);
	if (folder)
		closedir(folder);
}

/* A process that outlives SIGKILL has become a child of PID 1. */
void name_survivor(char *text, size_t size)
{
	char *children = read_text("/proc/1/task/1/children");
	char path[64], *name;
	int pid = children ? atoi(children) : 0;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	name = read_text(path);
	snprintf(text, size, "process %d (%s)", pid, name ? strtok(name, "\n") : "?");
	free(name);
	free(children);
}
