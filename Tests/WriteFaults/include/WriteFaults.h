#ifndef WRITE_FAULTS_H
#define WRITE_FAULTS_H

// Preloaded into a real process by a test, counts each change that it makes to files under a directory: what is written, cut, made, named
// and removed, and what is synced. At the one with a given number it ends the process, or the disk is full from then on. For SQLite's
// writes as for everyone's.
//
//   PETA_FAULT_UNDER   the directory, as an absolute path without symbolic links
//   PETA_FAULT_AT      the number of the change, from 1; 0 only counts
//   PETA_FAULT_KIND    kill: SIGKILL, and of what it was to write the first half is written; full: ENOSPC for this and all later ones
//                      that need room
//   PETA_FAULT_ARMED   nothing is counted until this file exists
//   PETA_FAULT_MARK    this file is made when the number is reached

#endif
