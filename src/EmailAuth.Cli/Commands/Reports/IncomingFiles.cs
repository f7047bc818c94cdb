using System.CommandLine;
using EmailAuth.Cli.Input;
using EmailAuth.Dkim;
using EmailAuth.Reports.Reading;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>The files that have reports, and how they are read.</summary>
internal static class IncomingFiles
{
    public static readonly Option<bool> Offline = new("--offline") { Description = "Do not verify who signed the mail that carries a report. Nothing is asked of the DNS." };

    public static ReportReaderOptions OptionsOf(ParseResult arguments)
    {
        if (arguments.GetValue(Offline))
        {
            return ReportReaderOptions.Default;
        }

        // RFC 8460 section 3: the keys of TLS reports may be for these alone.
        var options = new AuthenticationOptions
        {
            AuthservId = "localhost",
            Methods = AuthenticationMethods.Dkim,
            Dkim = DkimOptions.Default with { AcceptTlsReportKeys = true },
        };
        var pipeline = new AuthenticationPipeline(ResolverOptions.CreateResolver(arguments), options);
        var envelope = new SmtpEnvelope(null, null, null) { IsReconstructed = true };
        return ReportReaderOptions.Default with { Authenticate = (mail, cancellationToken) => pipeline.AuthenticateAsync(envelope, mail, cancellationToken) };
    }

    public static IEnumerable<string> Of(ParseResult arguments, Argument<string[]> argument, string command)
    {
        string[] paths = arguments.GetValue(argument) switch
        {
            [_, ..] given => given,
            _ when Console.IsInputRedirected => ["-"],
            _ => throw new CommandException(ExitCode.Usage, $"FILE is missing: give a file or a folder; or send a report to standard input (see 'emailauth reports {command} --help')"),
        };
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                yield return path;
                continue;
            }

            foreach (var file in FolderFiles.Of(path))
            {
                yield return file;
            }
        }
    }

    public static Stream Open(string file)
    {
        try
        {
            return file == "-" ? StandardInput.Open() : File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw MessageFile.Unreadable(file, e);
        }
    }
}
