// Package matmul measures the product of two 1024×1024 float32 matrices on XLA, on GoMLX's pure-Go backend, and in
// gonum, for `course bench matmul`.
package matmul
