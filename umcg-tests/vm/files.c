// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

#define ORDER "/order"

static char *read_file(const char *path, size_t *length)
{
	size_t capacity = 1 << 16;
	char *text = malloc(capacity);
	ssize_t count;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		free(text);
		return NULL;
	}
	*length = 0;
	while ((count = read(fd, text + *length, capacity - *length - 1)) > 0) {
		*length += (size_t)count;
		if (*length + 1 == capacity)
			text = realloc(text, capacity *= 2);
	}
	close(fd);
	text[*length] = '\0';
	return text;
}

char *read_text(const char *path)
{
	size_t length;

	return read_file(path, &length);
}

static char **read_list(const char *path)
{
	size_t length, entries = 0;
	char *text = read_file(path, &length);
	char **list;

	if (!text)
		fault("%s is missing", path);
	list = calloc(length + 1, sizeof(*list));
	if (!list)
		fault("no memory for %s", path);
	for (char *entry = text; entry < text + length; entry += strlen(entry) + 1)
		list[entries++] = entry;
	return list;
}

void read_order(struct order *order)
{
	mkdir(ORDER, 0700);
	if (mount("order", ORDER, "9p", MS_RDONLY, "trans=virtio,version=9p2000.L"))
		fault("cannot mount the order: %m");
	order->arguments = read_list(ORDER "/arguments");
	order->environment = read_list(ORDER "/environment");
	order->writable = read_list(ORDER "/writable");
	order->folder = read_list(ORDER "/folder")[0];
	order->window = read_text(ORDER "/window");
	umount(ORDER);
}

void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fault("cannot write %s: %m", path);
	close(fd);
}
