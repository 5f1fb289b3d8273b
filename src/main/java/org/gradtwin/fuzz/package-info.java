/**
 * Random programs and smaller ones that fail the same way. Cases written by hand show the bugs that their author
 * thought of; generated ones combine the ops of the table with each other, with broadcasting, empty tensors, repeated
 * operands and diamonds. The grammar is the op table itself: an op that gets a row is generated. Every
 * second program is of one op alone, of more elements, views and special numbers.
 */
@NullMarked
package org.gradtwin.fuzz;

import org.jspecify.annotations.NullMarked;
