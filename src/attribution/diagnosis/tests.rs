//! What can be wrong with two logs is named, what is not there is not, and arbitrary pairings do no harm. The mistakes of the reference
//! stack are planted in `attribution::tests`, in whole runs; here are the others, in logs as they are exported.

mod arbitrary;
mod defects;
mod partial;
