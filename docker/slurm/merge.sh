#!/bin/bash
# After grade.sh: puts the parts together in the folder that is its argument. README in ../kubernetes.
#SBATCH --job-name=nncourse-merge
#SBATCH --cpus-per-task=1
#SBATCH --mem=4G
#SBATCH --time=00:30:00
#SBATCH --output=merge.log
set -euo pipefail
: "${COURSE:?}" "${SUBMISSIONS:?}" "${OUT:?}" "${SECRET:?}" "${PARTS:?how many parts}" "${1:?the folder for the grade book}"
parts=()
for ((i = 1; i <= PARTS; i++)); do
	parts+=("$OUT/$i")
done
cd "$COURSE"
read -ra program <<<"${COURSE_PROGRAM:-go tool course}"
exec "${program[@]}" grade --merge "${parts[@]}" --out "$1" --submissions "$SUBMISSIONS" --secret-file "$SECRET"
