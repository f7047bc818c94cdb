namespace EmailAuth.Native;

/// <summary>The return value of a call. The numbers are those of emailauth.h, and never change.</summary>
internal enum Status
{
    Ok = 0,
    Argument = -1,
    Handle = -2,
    State = -3,
    Busy = -4,
    Aborted = -5,
    Configuration = -6,
    Memory = -7,
    Internal = -8,

    // Returned by gate.c, which refuses every call in a forked child.
    Forked = -9,
    Unavailable = -10,
}
