// SPDX-License-Identifier: GPL-2.0
/* Workers of different cgroups, which have no controller of CPU time. */
#include "umcg_pair.h"
#include <sys/stat.h>
#include "umcg_harness.h"

#define ROUNDS	300
#define CGROUP	"/sys/fs/cgroup"

FIXTURE(cgroup)
{
	struct umcg_task *server;
	struct pair p;
	char path[64];
};

FIXTURE_SETUP(cgroup)
{
	char type[96];

	self->server = new_tasks();
	memset(&self->p, 0, sizeof(self->p));
	self->p.rounds = ROUNDS;
	/* With it they would be unequal by their task group. */
	write_file(CGROUP "/cgroup.subtree_control", "-cpu");
	snprintf(self->path, sizeof(self->path), CGROUP "/umcg_cgroup.%d",
		 getpid());
	ASSERT_EQ(0, mkdir(self->path, 0755)) TH_LOG("needs cgroup2 at " CGROUP);
	snprintf(type, sizeof(type), "%s/cgroup.type", self->path);
	ASSERT_EQ(0, write_file(type, "threaded"));
	ASSERT_EQ(0, register_server(self->server));
	ASSERT_TRUE(start_pair(&self->p, self->server + 1, self->server));
}

FIXTURE_TEARDOWN(cgroup)
{
	rmdir(self->path);
}

/* What one has used is charged to the cgroup of that one. */
TEST_F(cgroup, workers_of_different_cgroups_are_woken)
{
	char threads[96];

	snprintf(threads, sizeof(threads), "%s/cgroup.threads", self->path);
	ASSERT_EQ(0, write_file(threads, "%d", self->p.w[1].tid));
	ASSERT_TRUE(run_pair(self->server, &self->p));
	EXPECT_EQ(0, self->p.errors);
	EXPECT_LT(0, self->p.unequal[0]);
	EXPECT_GE(0, self->p.to_pair[0]);
}

/* The same pair in one of them is equal. */
TEST_F(cgroup, workers_of_one_cgroup_switch_without_a_wake_up)
{
	char threads[96];
	int i;

	snprintf(threads, sizeof(threads), "%s/cgroup.threads", self->path);
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, write_file(threads, "%d", self->p.w[i].tid));
	ASSERT_TRUE(run_pair(self->server, &self->p));
	EXPECT_EQ(0, self->p.errors);
	EXPECT_EQ(0, self->p.unequal[0]);
	EXPECT_LT(ROUNDS / 2, self->p.to_pair[0]);
}

TEST_HARNESS_MAIN
