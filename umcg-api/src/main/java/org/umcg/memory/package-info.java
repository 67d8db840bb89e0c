// SPDX-License-Identifier: Apache-2.0

/** Off-heap memory by address, for the modules of this library only. */
package org.umcg.memory;
