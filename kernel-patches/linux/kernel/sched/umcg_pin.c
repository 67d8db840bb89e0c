// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: the pages that hold the tasks' structs.
 *
 * Tasks on one page share one pin, and are charged for one page of locked memory.
 * The charge goes back when the last of them unregisters, in its own context; the
 * pin itself when nobody can be looking at the last of them any more.
 */

#include <linux/mm.h>
#include <linux/slab.h>

#include "umcg.h"

/**
 * struct umcg_pin - a pinned page
 * @page: the page
 * @link: in umcg_group::pins, as long as it is charged
 * @tasks: how many tasks are registered on it; under umcg_group::pins_lock
 * @refs: tasks whose info still exists
 */
struct umcg_pin {
	struct page		*page;
	struct list_head	link;
	unsigned int		tasks;
	refcount_t		refs;
};

/*
 * The page of @addr, which must be private anonymous memory that the process may
 * write. FOLL_LONGTERM moves it to where it may stay, and breaks COW now.
 */
static int umcg_pin_page(unsigned long addr, struct page **page)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int ret;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma)
		ret = -EFAULT;
	else if (!vma_is_anonymous(vma) || (vma->vm_flags & VM_MAYSHARE))
		ret = -EINVAL;
	else
		ret = pin_user_pages(addr, 1, FOLL_WRITE | FOLL_LONGTERM, page);
	mmap_read_unlock(mm);

	if (ret == 1 && PageAnon(*page))
		return 0;
	if (ret == 1) {
		unpin_user_page(*page);
		ret = -EINVAL;
	}
	return ret ? ret : -EFAULT;
}

static struct umcg_pin *umcg_find_pin(struct umcg_group *group,
				      struct page *page)
{
	struct umcg_pin *pin;

	lockdep_assert_held(&group->pins_lock);
	list_for_each_entry(pin, &group->pins, link) {
		if (pin->page == page)
			return pin;
	}
	return NULL;
}

static struct umcg_pin *umcg_new_pin(struct umcg_group *group, struct page *page)
{
	struct umcg_pin *pin;
	int ret;

	pin = kzalloc(sizeof(*pin), GFP_KERNEL_ACCOUNT);
	if (!pin)
		return ERR_PTR(-ENOMEM);
	ret = account_locked_vm(current->mm, 1, true);
	if (ret) {
		kfree(pin);
		return ERR_PTR(ret);
	}
	pin->page = page;
	refcount_set(&pin->refs, 1);
	pin->tasks = 1;
	list_add(&pin->link, &group->pins);
	return pin;
}

/**
 * umcg_get_pin - pin the page of a task's struct, and account for it
 * @group: the process' tasks
 * @addr: where user space sees the struct
 *
 * Returns: the pin, or ERR_PTR() of -EFAULT, -EINVAL (wrong kind of memory) or
 * -ENOMEM (also: more than RLIMIT_MEMLOCK).
 */
struct umcg_pin *umcg_get_pin(struct umcg_group *group, unsigned long addr)
{
	struct umcg_pin *pin;
	struct page *page;
	int ret;

	ret = umcg_pin_page(addr, &page);
	if (ret)
		return ERR_PTR(ret);
	mutex_lock(&group->pins_lock);
	pin = umcg_find_pin(group, page);
	if (pin) {
		pin->tasks++;
		refcount_inc(&pin->refs);
	} else {
		pin = umcg_new_pin(group, page);
		if (!IS_ERR(pin))
			page = NULL;
	}
	mutex_unlock(&group->pins_lock);
	if (page)
		unpin_user_page(page);
	return pin;
}

void *umcg_pin_address(struct umcg_pin *pin)
{
	return page_address(pin->page);
}

/* A task leaves the page. Context: of the process that it was charged to. */
void umcg_uncharge_pin(struct umcg_group *group, struct umcg_pin *pin)
{
	mutex_lock(&group->pins_lock);
	if (!--pin->tasks) {
		list_del(&pin->link);
		account_locked_vm(current->mm, 1, false);
	}
	mutex_unlock(&group->pins_lock);
}

/* The last use of a task's struct is over. Context: any but hard interrupts. */
void umcg_put_pin(struct umcg_pin *pin)
{
	if (!refcount_dec_and_test(&pin->refs))
		return;
	unpin_user_page(pin->page);
	kfree(pin);
}
