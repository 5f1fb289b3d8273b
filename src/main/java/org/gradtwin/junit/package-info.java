/**
 * Engines verified by JUnit 5: an annotation and a line, and each case is a test. JUnit is the user's, this library does not bring it.
 */
@NullMarked
package org.gradtwin.junit;

import org.jspecify.annotations.NullMarked;
