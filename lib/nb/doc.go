// Package nb shows figures, tables, claims and progress in a GoNB cell, and the same in
// a plain terminal.
package nb
