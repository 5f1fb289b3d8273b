/**
 * Training: data loaders, losses, optimizers and learning-rate schedules with PyTorch's formulas and defaults, for the
 * networks of both engines. It exists so that whole trajectories, and not single gradients only, can be held against
 * PyTorch.
 */
@NullMarked
package org.gradtwin.train;

import org.jspecify.annotations.NullMarked;
