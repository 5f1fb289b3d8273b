/**
 * Campaigns on Apache Spark: seeds, or cases, are the partitions of its jobs. The only package that sees Spark, built by the profile
 * {@code campaign} alone; the command line finds it as a service.
 */
@NullMarked
package org.gradtwin.campaign;

import org.jspecify.annotations.NullMarked;
