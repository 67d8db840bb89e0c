/* SPDX-License-Identifier: Apache-2.0 */
/* Splits what arrives on a non-blocking descriptor into lines. */
#ifndef LINES_H
#define LINES_H

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct lines {
	int fd;			/* -1 after the end */
	size_t length;
	char text[4096];
};

static inline void lines_read(struct lines *lines, void (*take)(char *line))
{
	ssize_t count = read(lines->fd, lines->text + lines->length,
			     sizeof(lines->text) - 1 - lines->length);
	char *line = lines->text, *end;

	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count <= 0) {
		lines->fd = -1;
		return;
	}
	lines->length += (size_t)count;
	lines->text[lines->length] = '\0';
	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		take(line);
		line = end + 1;
	}
	lines->length -= (size_t)(line - lines->text);
	memmove(lines->text, line, lines->length);
}

#endif
