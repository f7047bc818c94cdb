using System.Globalization;
using System.Runtime.CompilerServices;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>This program as a process that writes a journal until it is killed: with two variables in its environment it runs no tests.</summary>
internal static class JournalChild
{
    public const string FolderVariable = "EMAILAUTH_JOURNAL_CHILD";
    public const string FirstVariable = "EMAILAUTH_JOURNAL_FIRST";

    /// <summary>Small, so that the kill meets the end of a segment and the beginning of the next one, too.</summary>
    public const int MaxSegmentBytes = 8192;

    // Before the entry point of the test framework.
    [ModuleInitializer]
    internal static void RunInsteadOfTests()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            var first = int.Parse(Environment.GetEnvironmentVariable(FirstVariable)!, CultureInfo.InvariantCulture);
            Write(folder, first);
        }
    }

    // Each line says up to which number a flush was acknowledged. All on this thread: others wait for the end of the initializer before they run code of this
    // assembly.
    private static void Write(string folder, int first)
    {
        var options = new JournalOptions { Folder = folder, FlushInterval = TimeSpan.FromMilliseconds(10), MaxSegmentBytes = MaxSegmentBytes };
        var journal = new Journal(options);
        for (var number = first; ; number++)
        {
            journal.Add(CollectedSamples.Numbered(number));
            if (number % 5 == 0 && journal.FlushAsync().GetAwaiter().GetResult())
            {
                Console.Out.WriteLine(number.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
