package grading

// StudentEdition is true in the course that `course release` writes for students: hidden checks are not in it, so that
// an exercise's public checks carry all of the points that are left, and no grade given there counts.
const StudentEdition = false

// studentNote stands in every report of the student edition.
const studentNote = "public checks only; your teacher grades the hidden ones too"
