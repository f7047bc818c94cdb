namespace EmailAuth.Native;

/// <summary>What a call answers: the numbers of emailauth.h, which never change.</summary>
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

    // Answered by gate.c, which lets no call of a forked child through.
    Forked = -9,
    Unavailable = -10,
}
