#!/bin/bash
# Grades a class in parts on a Slurm cluster: each task of the array is one part.
#
#   export COURSE=~/nncourse SUBMISSIONS=~/class/submissions OUT=~/class/parts SECRET=~/class/secret PARTS=16
#   job=$(sbatch --parsable --array=1-$PARTS docker/slurm/grade.sh --policy ~/class/policy.json --roster ~/class/roster.csv)
#   sbatch --dependency=afterok:$job docker/slurm/merge.sh ~/class/graded
#
# A part that failed or ran out of time goes on with: sbatch --array=3 docker/slurm/grade.sh … (PARTS as before).
# The arguments are flags of `course grade`, the same for all parts. COURSE is set up (go tool course setup), or COURSE_PROGRAM
# names the program. Paths must hold on all nodes.
#SBATCH --job-name=nncourse-grade
#SBATCH --cpus-per-task=2
#SBATCH --mem=6G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=grade-%a.log
set -euo pipefail
: "${COURSE:?}" "${SUBMISSIONS:?}" "${OUT:?}" "${SECRET:?}" "${PARTS:?how many parts}"
part=${SLURM_ARRAY_TASK_ID:?start it with sbatch --array=1-PARTS}
cd "$COURSE"
read -ra program <<<"${COURSE_PROGRAM:-go tool course}"
exec "${program[@]}" grade --submissions "$SUBMISSIONS" --out "$OUT/$part" --shard "$part/$PARTS" --secret-file "$SECRET" \
	-j "${SLURM_CPUS_PER_TASK:-2}" "$@"
