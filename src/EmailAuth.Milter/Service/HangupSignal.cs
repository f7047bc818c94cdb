using System.Runtime.InteropServices;

namespace EmailAuth.Milter.Service;

/// <summary>SIGHUP before the service has started and while it stops. It asks for a reload; what a system does with it by default is to end the process.</summary>
internal static class HangupSignal
{
    private static int _hasCome;

    /// <summary>Keeps the signal from ending the process, until it is disposed, and remembers that it came.</summary>
    public static PosixSignalRegistration Hold() => PosixSignalRegistration.Create(PosixSignal.SIGHUP, static context =>
    {
        context.Cancel = true;
        Interlocked.Exchange(ref _hasCome, 1);
    });

    /// <summary>Whether the signal came before this call: the settings may have been read earlier.</summary>
    public static bool TakeEarly() => Interlocked.Exchange(ref _hasCome, 0) == 1;
}
