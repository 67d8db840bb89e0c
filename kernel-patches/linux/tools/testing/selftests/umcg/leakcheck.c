// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a command, and fails if it leaves something in the kernel:
 *
 *	leakcheck COMMAND [ARGUMENT]...
 *
 * Exit code: the command's, or 1 if that was 0 and something is left.
 */
#include "long_run.h"
#include "umcg_leaks.h"

#include <sys/wait.h>

static int run(char **command)
{
	int status;
	pid_t pid = fork();

	if (pid < 0) {
		perror("fork");
		return 1;
	}
	if (!pid) {
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	struct leaks before;
	char left[512];
	int code;

	if (argc < 2) {
		fprintf(stderr, "Usage: %s COMMAND [ARGUMENT]...\n", argv[0]);
		return 2;
	}
	leaks_begin(&before);
	code = run(argv + 1);
	if (leaks_end(&before, patience_ms(), left, sizeof(left))) {
		printf("nothing is left in the kernel\n");
		return code;
	}
	fprintf(stderr, "left in the kernel: %s\n", left);
	return code ? code : 1;
}
