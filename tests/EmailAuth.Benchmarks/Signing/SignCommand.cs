using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Benchmarks.Signing;

/// <summary>
/// What a signature costs, beside the arithmetic that no signer can do without (one pass over the message, its SHA-256, the private-key operation)
/// and beside other signers. Each has its turn in each round; the figure is the least of all rounds, in processor time.
/// </summary>
internal static class SignCommand
{
    private const int Rounds = 9;
    private const int WarmUp = 400;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(400);

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-sign-");
        try
        {
            Console.WriteLine(Machine.Description);
            Console.WriteLine(Machine.Load);
            Console.WriteLine();
            var table = new Table("signature", "message", "arithmetic, us", "EmailAuth", "MimeKit", "libopendkim", "mailauth", "dkimpy");
            foreach (var algorithm in (string[])["rsa-sha256", "ed25519-sha256"])
            {
                foreach (var bytes in (int[])[2_000, 10_000, 100_000])
                {
                    await MeasureAsync(table, folder.FullName, algorithm, bytes).ConfigureAwait(false);
                }
            }

            table.Write(Console.Out);
            Console.WriteLine();
            Console.WriteLine("The other columns are multiples of the arithmetic. RSA keys have 2,048 bits; both canonicalizations are relaxed. libopendkim and dkimpy are measured with RSA.");
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(Table table, string folder, string algorithm, int bytes)
    {
        var isRsa = algorithm == "rsa-sha256";
        var message = SampleText.Make(bytes);
        var pem = PemSigningKey.Create(algorithm);
        using var key = PemSigningKey.Load(pem);
        var signer = new DkimSigner([new DkimSigningIdentity { Domain = DomainName.Parse("example.com").Value!, Selector = "s", Key = key }]);
        using var rsa = RSA.Create();
        if (isRsa)
        {
            rsa.ImportFromPem(pem);
        }

        var other = isRsa ? SignerKey.FromRsa("s", rsa) : SignerKey.NewEd25519("s");
        var hash = new byte[SHA256.HashSizeInBytes];
        var passed = 0;
        double[] best = [double.MaxValue, double.MaxValue, double.MaxValue];
        Func<ValueTask>[] contestants =
        [
            async () =>
            {
                passed += message.AsSpan().Count((byte)'\t');
                SHA256.HashData(message, hash);
                passed += (await key.SignAsync(hash, CancellationToken.None).ConfigureAwait(false)).Length;
            },
            async () => passed += (await signer.SignAsync(message).ConfigureAwait(false)).Fields[0].Length,
            () =>
            {
                passed += other.Sign(message).Length;
                return ValueTask.CompletedTask;
            },
        ];
        for (var round = -1; round < Rounds; round++)
        {
            for (var index = 0; index < contestants.Length; index++)
            {
                best[index] = Math.Min(best[index], await RoundAsync(contestants[index], isWarmUp: round < 0).ConfigureAwait(false));
            }
        }

        var (mail, keyFile) = (Path.Combine(folder, "message"), Path.Combine(folder, "key"));
        await File.WriteAllBytesAsync(mail, message).ConfigureAwait(false);
        await File.WriteAllTextAsync(keyFile, pem).ConfigureAwait(false);
        var opendkim = isRsa ? await OpenDkimAsync(folder, mail, keyFile).ConfigureAwait(false) : null;
        var mailauth = await PeerAsync(MailauthInstallation.Node(PathOf("mailauth.js"), mail, keyFile, "500")).ConfigureAwait(false);
        var dkimpy = isRsa ? await PeerAsync(new ProcessStartInfo("/usr/bin/python3", [PathOf("dkimpy.py"), mail, keyFile, "60"])).ConfigureAwait(false) : null;
        string Times(double? value) => value is { } time ? (time / best[0]).ToString("0.00", CultureInfo.InvariantCulture) : "-";
        table.Add(
            isRsa ? "RSA-2048" : "Ed25519", string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000} KB"), best[0].ToString("0", CultureInfo.InvariantCulture),
            Times(best[1]), Times(best[2]), Times(opendkim), Times(mailauth), Times(dkimpy));
        GC.KeepAlive(passed);
    }

    private static async Task<double> RoundAsync(Func<ValueTask> sign, bool isWarmUp)
    {
        var count = 0;
        var (clock, used) = (Stopwatch.StartNew(), Machine.ProcessorTime);
        while (isWarmUp ? count < WarmUp : clock.Elapsed < RoundTime)
        {
            await sign().ConfigureAwait(false);
            count++;
        }

        return isWarmUp ? double.MaxValue : (Machine.ProcessorTime - used).TotalMicroseconds / count;
    }

    private static async Task<double?> OpenDkimAsync(string folder, string mail, string key)
    {
        var program = Path.Combine(folder, "opendkim");
        if (!File.Exists(program))
        {
            await PeerAsync(new ProcessStartInfo("cc", ["-O2", "-o", program, PathOf("opendkim.c"), "-lopendkim"])).ConfigureAwait(false);
        }

        return File.Exists(program) ? await PeerAsync(new ProcessStartInfo(program, [mail, key, "500"])).ConfigureAwait(false) : null;
    }

    // What it prints; null where it is not installed or cannot do it.
    private static async Task<double?> PeerAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
            await process.WaitForExitAsync().ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            return process.ExitCode == 0 && double.TryParse(output.Trim(), CultureInfo.InvariantCulture, out var microseconds) ? microseconds : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Signing", "peers", file);
}
