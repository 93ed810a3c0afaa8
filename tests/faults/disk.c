/* A disk that keeps a diary, and fails when it is told to. Loaded before the C library.
 *
 * FAULTS_UNDER    the folder that is watched, but not what is in a folder `given` in it
 * FAULTS_DIARY    where every change under it is written down, in its order
 *
 * An entry is a struct entry, then `length` bytes: what was written, a path, or two with a zero
 * between. A file is known by its inode, as a rename does not change what is in it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct entry {
    uint64_t inode;
    int64_t offset; /* of a write; the new size of a truncation */
    uint32_t length;
    char kind; /* Create, Write, Truncate, Sync, Folder synced, Mkdir, Rename, Unlink, A word */
    char padding[3];
};

enum reach { ANY, GROWING }; /* what a fault meets: every change, or those that take room */

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char under[PATH_MAX];
static int diary = -1;
static long first_fault, faults, changes;
static int fault_error;
static enum reach fault_reach;

__attribute__((constructor)) static void begin(void)
{
    const char *folder = getenv("FAULTS_UNDER"), *path = getenv("FAULTS_DIARY");
    if (folder)
        snprintf(under, sizeof under, "%s/", folder);
    if (path)
        diary = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* For the process itself: fail `count` changes from the `first` on, counted from now. 0 stops it. */
void disk_fail(long first, long count, int error, int reach)
{
    pthread_mutex_lock(&turn);
    first_fault = first;
    faults = count;
    fault_error = error;
    fault_reach = (enum reach)reach;
    changes = 0;
    pthread_mutex_unlock(&turn);
}

/* How many changes there were since then that a fault of this reach could have met. */
long disk_changes(void)
{
    return changes;
}

static int watched(const char *path)
{
    return under[0] && strncmp(path, under, strlen(under)) == 0 && !strstr(path, "/given/");
}

/* The path that a name means, from a folder's descriptor; 0 when it is not watched. */
static int whole(int folder, const char *name, char *path)
{
    char link[64];
    path[0] = 0;
    if (name[0] != '/') {
        ssize_t length;
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = readlink(folder == AT_FDCWD ? "/proc/self/cwd" : link, path, PATH_MAX - 1);
        if (length < 0)
            return 0;
        path[length] = 0;
        strncat(path, "/", PATH_MAX - strlen(path) - 1);
    }
    strncat(path, name, PATH_MAX - strlen(path) - 1);
    return watched(path);
}

static int described(int file, char *path)
{
    char link[64];
    ssize_t length;
    if (!under[0])
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, PATH_MAX - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return watched(path);
}

static void note(char kind, uint64_t inode, int64_t offset, const void *content, size_t length)
{
    struct entry entry = {.inode = inode, .offset = offset, .length = (uint32_t)length, .kind = kind};
    struct iovec parts[] = {{&entry, sizeof entry}, {(void *)content, length}};
    if (diary >= 0 && syscall(SYS_writev, diary, parts, 2) != (long)(sizeof entry + length))
        abort();
}

/* For the process itself: a word between the changes. */
void disk_say(const char *word)
{
    pthread_mutex_lock(&turn);
    note('A', 0, 0, word, strlen(word));
    pthread_mutex_unlock(&turn);
}

static uint64_t inode_of(int file)
{
    struct stat found;
    return fstat(file, &found) ? 0 : found.st_ino;
}

/* Whether this change is to fail; call it once for each, within the turn. */
static int fails(enum reach reach)
{
    if (fault_reach == GROWING && reach != GROWING)
        return 0;
    changes++;
    if (!first_fault || changes < first_fault || changes >= first_fault + faults)
        return 0;
    errno = fault_error;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define TURN(statement)                 \
    do {                                \
        pthread_mutex_lock(&turn);      \
        statement;                      \
        pthread_mutex_unlock(&turn);    \
    } while (0)

static int open_noted(int folder, const char *name, int flags, mode_t mode)
{
    char path[PATH_MAX];
    struct stat before;
    int file, existed;
    if (!whole(folder, name, path) || !(flags & (O_CREAT | O_TRUNC)))
        return (int)syscall(SYS_openat, folder, name, flags, mode);
    pthread_mutex_lock(&turn);
    existed = stat(path, &before) == 0;
    if (!existed && fails(GROWING)) {
        pthread_mutex_unlock(&turn);
        return -1;
    }
    file = (int)syscall(SYS_openat, folder, name, flags, mode);
    if (file >= 0 && !existed)
        note('C', inode_of(file), 0, path, strlen(path));
    else if (file >= 0 && (flags & O_TRUNC))
        note('T', inode_of(file), 0, "", 0);
    pthread_mutex_unlock(&turn);
    return file;
}

static mode_t mode_of(int flags, va_list more)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
}

#define OPENING(name, arguments, folder, path)      \
    int name arguments                              \
    {                                               \
        va_list more;                               \
        mode_t mode;                                \
        va_start(more, flags);                      \
        mode = mode_of(flags, more);                \
        va_end(more);                               \
        return open_noted(folder, path, flags, mode); \
    }
OPENING(open, (const char *path, int flags, ...), AT_FDCWD, path)
OPENING(open64, (const char *path, int flags, ...), AT_FDCWD, path)
OPENING(openat, (int folder, const char *path, int flags, ...), folder, path)
OPENING(openat64, (int folder, const char *path, int flags, ...), folder, path)

static ssize_t write_noted(int file, const void *content, size_t length, off_t offset)
{
    char path[PATH_MAX];
    ssize_t written = -1;
    int placed = offset >= 0;
    if (!described(file, path))
        return placed ? syscall(SYS_pwrite64, file, content, length, offset) : syscall(SYS_write, file, content, length);
    pthread_mutex_lock(&turn);
    if (!fails(GROWING)) {
        if (!placed)
            offset = lseek(file, 0, fcntl(file, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
        written = placed ? syscall(SYS_pwrite64, file, content, length, offset) : syscall(SYS_write, file, content, length);
        if (written > 0)
            note('W', inode_of(file), offset, content, (size_t)written);
    }
    pthread_mutex_unlock(&turn);
    return written;
}

ssize_t write(int file, const void *content, size_t length) { return write_noted(file, content, length, -1); }
ssize_t pwrite(int file, const void *content, size_t length, off_t at) { return write_noted(file, content, length, at); }
ssize_t pwrite64(int file, const void *content, size_t length, off_t at) { return write_noted(file, content, length, at); }

static int truncate_noted(int file, off_t size)
{
    char path[PATH_MAX];
    int done = -1;
    if (!described(file, path))
        return (int)syscall(SYS_ftruncate, file, size);
    TURN(if (!fails(ANY) && (done = (int)syscall(SYS_ftruncate, file, size)) == 0)
             note('T', inode_of(file), size, "", 0));
    return done;
}

int ftruncate(int file, off_t size) { return truncate_noted(file, size); }
int ftruncate64(int file, off_t size) { return truncate_noted(file, size); }

/* The power goes at any entry, so what the disk really holds is the diary's business, not ours. */
static int sync_noted(int file, int (*real)(int))
{
    char path[PATH_MAX];
    struct stat found;
    int done = -1;
    if (!described(file, path))
        return real(file);
    pthread_mutex_lock(&turn);
    if (!fails(ANY) && (done = fstat(file, &found)) == 0) {
        if (S_ISDIR(found.st_mode))
            note('F', 0, 0, path, strlen(path));
        else
            note('S', found.st_ino, 0, "", 0);
    }
    pthread_mutex_unlock(&turn);
    return done;
}

int fsync(int file) { return sync_noted(file, REAL(fsync)); }
int fdatasync(int file) { return sync_noted(file, REAL(fdatasync)); }

static void note_two(const char *from, const char *to)
{
    char both[2 * PATH_MAX];
    size_t length = strlen(from) + 1;
    memcpy(both, from, length);
    memcpy(both + length, to, strlen(to));
    note('R', 0, 0, both, length + strlen(to));
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    char old[PATH_MAX], new[PATH_MAX];
    int done = -1;
    if (!(whole(from_folder, from, old) & whole(to_folder, to, new)))
        return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
    TURN(if (!fails(ANY) && (done = (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, 0)) == 0)
             note_two(old, new));
    return done;
}

int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int unlinkat(int folder, const char *name, int flags)
{
    char path[PATH_MAX];
    int done = -1;
    if (!whole(folder, name, path))
        return (int)syscall(SYS_unlinkat, folder, name, flags);
    TURN(if (!fails(ANY) && (done = (int)syscall(SYS_unlinkat, folder, name, flags)) == 0)
             note('U', 0, 0, path, strlen(path)));
    return done;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *name, mode_t mode)
{
    char path[PATH_MAX];
    int done = -1;
    if (!whole(folder, name, path))
        return (int)syscall(SYS_mkdirat, folder, name, mode);
    TURN(if (!fails(GROWING) && (done = (int)syscall(SYS_mkdirat, folder, name, mode)) == 0)
             note('M', 0, 0, path, strlen(path)));
    return done;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    char path[PATH_MAX];
    struct stat found;
    int done = -1;
    if (!whole(to_folder, to, path))
        return (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
    TURN(if (!fails(GROWING) && (done = (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags)) == 0 &&
             stat(path, &found) == 0)
             note('C', found.st_ino, -1, path, strlen(path)));
    return done;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

/* Copies within the kernel have no content to note: whoever asks falls back on read and write. */
ssize_t sendfile(int to, int from, off_t *at, size_t length)
{
    char path[PATH_MAX];
    if (!described(to, path))
        return syscall(SYS_sendfile, to, from, at, length);
    errno = EINVAL;
    return -1;
}

ssize_t sendfile64(int to, int from, off_t *at, size_t length) { return sendfile(to, from, at, length); }

ssize_t copy_file_range(int from, off_t *from_at, int to, off_t *to_at, size_t length, unsigned flags)
{
    char path[PATH_MAX];
    if (!described(to, path))
        return syscall(SYS_copy_file_range, from, from_at, to, to_at, length, flags);
    errno = ENOSYS;
    return -1;
}
