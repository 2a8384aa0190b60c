// Package text turns text into numbers and numbers into text: words as vectors, language models, attention, a small transformer.
//
// The files in the order to read them:
//
//	vocab.go        words and their numbers, one-hot vectors
//	contexts.go     which word occurs in which context: the lecture's table of tejuino
//	cooccurrence.go how often words occur near each other
//	pmi.go          pointwise mutual information of such counts
//	sparse.go       tables that are mostly zero
//	svd.go          the dense vectors of a sparse table
//	cosine.go       similarity, neighbours, analogies
//	evaluate.go     how well vectors answer what people answered
//	sentences.go    a generated text whose meaning is known
//	attention.go    causal scaled dot-product attention, with its gradient
//	feedforward.go  the feed-forward language model
//	transformer.go  a decoder-only transformer on GoMLX
//	sampling.go     drawing the next token by temperature and top-k
package text
