/*
 * What the standard library calls to unwind, for a program that does not.
 *
 * A release build aborts on a panic, and `layout.ld` leaves out the tables that unwinding reads. The standard library is
 * compiled to unwind all the same, so libgcc_s would be loaded at each start, which takes a twentieth of a small run.
 * Without tables it finds no frame to unwind, and a backtrace ends in the standard library. Here it is empty.
 *
 * The functions are those of the Itanium C++ ABI: https://itanium-cxx-abi.github.io/cxx-abi/abi-eh.html
 */

/* For this program alone: a library that another program has loaded into it, such as one of NSS, may unwind. */
#pragma GCC visibility push(hidden)

enum { END_OF_STACK = 5 };

int _Unwind_Backtrace(void *frame, void *argument)
{
    (void)frame;
    (void)argument;
    return END_OF_STACK;
}

/* Called of a frame or while one is unwound, so never. Abort rather than go on, should it be. */
#define NEVER(name) \
    void name(void) \
    { \
        __builtin_trap(); \
    }

NEVER(_Unwind_FindEnclosingFunction)
NEVER(_Unwind_GetCFA)
NEVER(_Unwind_GetDataRelBase)
NEVER(_Unwind_GetIP)
NEVER(_Unwind_GetIPInfo)
NEVER(_Unwind_GetLanguageSpecificData)
NEVER(_Unwind_GetRegionStart)
NEVER(_Unwind_GetTextRelBase)
NEVER(_Unwind_Resume)
NEVER(_Unwind_SetGR)
NEVER(_Unwind_SetIP)
