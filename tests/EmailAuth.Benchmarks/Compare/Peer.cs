using System.Diagnostics;

namespace EmailAuth.Benchmarks.Compare;

/// <summary>A verifier that is driven out of process where it is installed.</summary>
/// <param name="Name">What it is called when it is absent.</param>
/// <param name="Start">Prepares the start of its driver in a folder where it may leave files; throws <see cref="DriverException"/> when it cannot.</param>
internal sealed record Peer(string Name, Func<string, CancellationToken, Task<ProcessStartInfo>> Start)
{
    // Debian's packages are found by Debian's interpreter, whatever else comes first on the path.
    private const string DebianPython = "/usr/bin/python3";

    public static IReadOnlyList<Peer> OfDkim { get; } =
    [
        Script("mailauth (npm)", file => MailauthInstallation.Node(file, "dkim"), "mailauth.js"),
        Script("dkimpy (python3-dkim, python3-nacl)", Python, "dkimpy.py"),
        Script("Mail::DKIM (libmail-dkim-perl)", file => new("perl", [file]), "mail-dkim.pl"),
        new("libopendkim (libopendkim-dev, gcc)", CompileAsync),
    ];

    public static IReadOnlyList<Peer> OfSpf { get; } =
    [
        Script("mailauth (npm)", file => MailauthInstallation.Node(file, "spf"), "mailauth.js"),
        Script("pyspf (python3-spf)", Python, "pyspf.py"),
        Script("Mail::SPF (libmail-spf-perl)", file => new("perl", [file]), "mail-spf.pl"),
    ];

    private static Peer Script(string name, Func<string, ProcessStartInfo> start, string file) => new(name, (_, _) => Task.FromResult(start(PathOf(file))));

    private static ProcessStartInfo Python(string file)
    {
        var start = new ProcessStartInfo(File.Exists(DebianPython) ? DebianPython : "python3", [file]);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return start;
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Compare", "peers", file);

    private static async Task<ProcessStartInfo> CompileAsync(string folder, CancellationToken cancellationToken)
    {
        var program = Path.Combine(folder, "opendkim-driver");
        try
        {
            using var compiler = Process.Start(
                new ProcessStartInfo("cc", ["-O2", "-o", program, PathOf("opendkim.c"), "-lopendkim"]) { RedirectStandardError = true, UseShellExecute = false })!;
            var errors = await compiler.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await compiler.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return compiler.ExitCode == 0 ? new ProcessStartInfo(program) : throw new DriverException(errors.Split('\n')[0]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new DriverException("there is no cc");
        }
    }
}
