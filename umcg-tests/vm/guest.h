/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of PID 1 of the virtual machine. */
#ifndef GUEST_H
#define GUEST_H

#include <time.h>

/* What to run, as the host wrote it into the share "order". */
struct order {
	char **arguments;
	char **environment;
	char **writable;	/* folders of the host that are mounted writable */
	char *folder;		/* the current folder */
	char *window;		/* "ROWS COLUMNS", or NULL for pipes */
};

/* init.c: reports to the host and ends the virtual machine. */
__attribute__((noreturn, format(printf, 1, 2)))
void fault(const char *format, ...);

/* files.c */
char *read_text(const char *path);
void read_order(struct order *order);
void write_text(const char *path, const char *text);

/* mounts.c: builds the file system of the command and enters it. */
void enter_file_system(const struct order *order);

/* reports.c */
void open_reports(void);
void keep_crash_reports(const struct order *order, time_t since);
void dump_tasks(void);
void name_survivor(char *text, size_t size);

#endif
