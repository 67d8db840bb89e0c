// SPDX-License-Identifier: GPL-2.0
/* What processes leave behind in the kernel, see umcg_leaks.h. */
#include "long_run.h"
#include "umcg_leaks.h"

#include <dirent.h>
#include <fcntl.h>

static const char * const names[LEAK_KINDS] = {
	"pinned pages", "task_struct", "mm_struct", "signal_struct",
	"accounted objects"
};

/* UMCG's own objects are in one of these. */
static const char * const accounted[] = {
	"kmalloc-cg-128", "kmalloc-cg-192", "kmalloc-cg-256", "kmalloc-cg-512",
	"kmalloc-cg-16k"
};

long locked_memory(void)
{
	return number_in("/proc/self/status", "VmLck:") +
	       number_in("/proc/self/status", "VmPin:");
}

static void tell(const char *path)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0)
		return;
	if (write(fd, "1", 1) != 1)
		perror(path);
	close(fd);
}

/* Exact only after what the CPUs keep for themselves has been flushed. */
static long objects_of(const char *slab)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", slab);
	tell(path);
	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/objects", slab);
	return read_number(path);
}

/* Threads of user space and of the kernel; those that exit meanwhile too. */
static long threads(void)
{
	FILE *f = fopen("/proc/loadavg", "r");
	long n = 0;

	if (!f || fscanf(f, "%*f %*f %*f %*d/%ld", &n) != 1)
		n = 0;
	if (f)
		fclose(f);
	return n;
}

/* Processes of user space. */
static long processes(void)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc");
	char path[300], link[2];
	long n = 0;

	while (dir && (entry = readdir(dir))) {
		if (atoi(entry->d_name) <= 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%s/exe", entry->d_name);
		n += readlink(path, link, sizeof(link)) > 0;
	}
	if (dir)
		closedir(dir);
	return n;
}

/* What a kind may differ by without being a leak. */
static long slack(enum leak kind)
{
	switch (kind) {
	case LEAK_MMS:
		/* An idle CPU keeps the memory map of its last process. */
		return sysconf(_SC_NPROCESSORS_ONLN);
	case LEAK_INFOS:
		/* Others have objects of these sizes. */
		return 32;
	default:
		return 0;
	}
}

static void count(struct leaks *l)
{
	unsigned int i;

	tell("/proc/sys/vm/stat_refresh");
	l->n[LEAK_PINS] = number_in("/proc/vmstat", "nr_foll_pin_acquired") -
			  number_in("/proc/vmstat", "nr_foll_pin_released");
	l->n[LEAK_TASKS] = objects_of("task_struct") - threads();
	l->n[LEAK_MMS] = objects_of("mm_struct") - processes();
	l->n[LEAK_SIGNALS] = objects_of("signal_cache") - threads();
	l->n[LEAK_INFOS] = 0;
	for (i = 0; i < ARRAY_SIZE(accounted); i++)
		l->n[LEAK_INFOS] += objects_of(accounted[i]);
}

void leaks_begin(struct leaks *before)
{
	struct leaks now;
	int same = 0;

	count(before);
	while (same < 5) {
		sleep_ms(100);
		count(&now);
		same = memcmp(&now, before, sizeof(now)) ? 0 : same + 1;
		*before = now;
	}
}

bool leaks_end(const struct leaks *before, unsigned int ms, char *text,
	       size_t size)
{
	__u64 deadline = in_ms(ms);
	struct leaks now;
	size_t used;
	int i;

	for (;;) {
		used = 0;
		count(&now);
		for (i = 0; i < LEAK_KINDS; i++) {
			if (now.n[i] <= before->n[i] + slack(i))
				continue;
			used += snprintf(text + used, size - used,
					 "%s%s: %ld before, %ld now",
					 used ? "; " : "", names[i],
					 before->n[i], now.n[i]);
		}
		if (!used)
			return true;
		if (now_ns() > deadline)
			return false;
		sleep_ms(100);
	}
}
