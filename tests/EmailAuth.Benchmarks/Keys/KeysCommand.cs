using System.Globalization;
using System.Security.Cryptography;
using EmailAuth.Cryptography;
using EmailAuth.Dkim;
using EmailAuth.Signatures;

namespace EmailAuth.Benchmarks.Keys;

/// <summary>
/// What messages of many domains cost beside those of one: short messages, each with one RSA-2048 signature, as real mail draws them from
/// 10,000 domains (Zipf's law with exponent 1) and evenly. Beside the defaults, a small cache and .NET's import, alone and together.
/// </summary>
internal static class KeysCommand
{
    private const int DefaultDomains = 10_000;
    private const int Messages = 20_000;
    private const int DefaultRounds = 5;
    private const int FormerCachedKeys = 1000;
    private const string Usage =
        """
        keys [--domains N] [--rounds N]

        Writes the processor time of a message of one domain, of many under Zipf's law, and of many evenly, and of a key's first use.
          --domains N   how many domains, each with a key of its own; default 10000, which takes a minute or two to make.
          --rounds N    how many rounds, of which the median counts; default 5.
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (domains, rounds) = (DefaultDomains, DefaultRounds);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--domains" && i + 1 < arguments.Length && TryCount(arguments[i + 1], out domains))
            {
                i++;
            }
            else if (arguments[i] == "--rounds" && i + 1 < arguments.Length && TryCount(arguments[i + 1], out rounds))
            {
                i++;
            }
            else
            {
                await Console.Error.WriteLineAsync(Usage).ConfigureAwait(false);
                return 2;
            }
        }

        PlatformCryptography.Require();
        Console.WriteLine(Machine.Description);
        Console.WriteLine(Machine.Load);
        Console.WriteLine();
        var keys = new ManyKeys(domains);
        var memory = MemoryOf(keys);
        WriteMessages(keys, rounds);
        WriteKeys(keys, rounds);
        Console.WriteLine();
        Console.WriteLine(memory);
        Console.WriteLine(Machine.Load);
        return 0;
    }

    private static void WriteMessages(ManyKeys keys, int rounds)
    {
        (string Name, DkimOptions Options)[] ways =
        [
            ("defaults", DkimOptions.Default),
            ($"{FormerCachedKeys:N0} keys kept", new DkimOptions { MaxCachedKeys = FormerCachedKeys }),
            (".NET's import", new DkimOptions { FastKeyImport = false }),
            ("both", new DkimOptions { FastKeyImport = false, MaxCachedKeys = FormerCachedKeys }),
        ];
        (string Name, int[] Drawn)[] loads =
        [
            ("one domain", new int[Messages]),
            ($"{keys.Messages.Length:N0} domains, Zipf 1", Zipf(keys.Messages.Length)),
            ($"{keys.Messages.Length:N0} domains, evenly", Evenly(keys.Messages.Length)),
        ];
        var verifiers = ways.Select(way => new DkimVerifier(keys.Resolver, way.Options)).ToArray();
        var taken = new List<double>[loads.Length, ways.Length];
        for (var round = -1; round < rounds; round++)
        {
            for (var load = 0; load < loads.Length; load++)
            {
                for (var way = 0; way < ways.Length; way++)
                {
                    var microseconds = Time(() => Verify(verifiers[way], keys, loads[load].Drawn)) / Messages;
                    if (round >= 0)
                    {
                        (taken[load, way] ??= []).Add(microseconds);
                    }
                }
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"DKIM of a message of two lines with one RSA-2048 signature, records at hand: microseconds of processor time, the median of {rounds} rounds of {Messages:N0} messages in which all take turns, after one that fills the caches. In brackets how many times one domain with the defaults."));
        Console.WriteLine();
        var table = new Table(["messages of", .. ways.Select(way => way.Name)]);
        var hot = Median(taken[0, 0]);
        for (var load = 0; load < loads.Length; load++)
        {
            table.Add([loads[load].Name, .. Enumerable.Range(0, ways.Length).Select(way => Text(Median(taken[load, way]), hot))]);
        }

        table.Write(Console.Out);
        Console.WriteLine();
    }

    private static void WriteKeys(ManyKeys keys, int rounds)
    {
        var bare = BareSignature.Of(keys.Rsa);
        var slow = new DkimOptions { FastKeyImport = false };
        var octets = keys.Rsa.ExportSubjectPublicKeyInfo();
        const int Count = 1000;
        (string Name, Action Once)[] rows =
        [
            ("verification with a key at hand", () => bare.Verify()),
            ("first use of a key", () => Check(VerificationKey.Parse(keys.Records[0]).Verify(SignatureHash.Sha256, bare.Hash, bare.Signature))),
            ("the same, .NET's import", () => Check(VerificationKey.Parse(keys.Records[0], slow).Verify(SignatureHash.Sha256, bare.Hash, bare.Signature))),
            (".NET alone: ImportSubjectPublicKeyInfo, VerifyHash", () =>
            {
                using var rsa = RSA.Create();
                rsa.ImportSubjectPublicKeyInfo(octets, out _);
                Check(rsa.VerifyHash(bare.Hash, bare.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            }),
        ];
        var taken = rows.Select(_ => new List<double>()).ToArray();
        for (var round = -3; round < rounds; round++)
        {
            for (var row = 0; row < rows.Length; row++)
            {
                var microseconds = Time(() =>
                {
                    for (var i = 0; i < Count; i++)
                    {
                        rows[row].Once();
                    }
                }) / Count;
                if (round >= 0)
                {
                    taken[row].Add(microseconds);
                }
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"One RSA-2048 key: microseconds of processor time, the median of {rounds} rounds of {Count:N0}."));
        Console.WriteLine();
        var table = new Table("key", "us", "of a verification");
        for (var row = 0; row < rows.Length; row++)
        {
            var microseconds = Median(taken[row]);
            table.Add(rows[row].Name, microseconds.ToString("0.0", CultureInfo.InvariantCulture), (microseconds / Median(taken[0])).ToString("0.0", CultureInfo.InvariantCulture));
        }

        table.Write(Console.Out);
    }

    // Before anything else is measured, and both are kept to the end: what an earlier one gave back would hide what a later one takes.
    private static string MemoryOf(ManyKeys keys)
    {
        var (fast, imported) = (new VerificationKey[keys.Records.Length], new VerificationKey[keys.Records.Length]);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"Memory of a kept key, as the process grows: {BytesOfKey(keys, fast, DkimOptions.Default):N0} bytes; with .NET's import {BytesOfKey(keys, imported, new DkimOptions { FastKeyImport = false }):N0}.");
        GC.KeepAlive(fast);
        GC.KeepAlive(imported);
        return text;
    }

    private static long BytesOfKey(ManyKeys keys, VerificationKey[] kept, SignatureOptions options)
    {
        var before = Resident();
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] = VerificationKey.Parse(keys.Records[i], options);
            kept[i].Verify(SignatureHash.Sha256, new byte[32], new byte[256]);
        }

        return (Resident() - before) / kept.Length;
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet;
    }

    private static void Verify(DkimVerifier verifier, ManyKeys keys, int[] drawn)
    {
        foreach (var index in drawn)
        {
            var result = verifier.VerifyAsync(keys.Messages[index]);
            Check(result.IsCompletedSuccessfully && result.Result.Signatures[0].Code == SignatureResultCode.Pass);
        }
    }

    private static void Check(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("A signature does not hold.");
        }
    }

    private static double Time(Action action)
    {
        GC.Collect();
        var before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds;
    }

    private static int[] Evenly(int count)
    {
        var random = new Random(6376);
        return [.. Enumerable.Range(0, Messages).Select(_ => random.Next(count))];
    }

    // The n-th of all domains sends a message with a probability of 1/n times a constant.
    private static int[] Zipf(int count)
    {
        var sums = new double[count];
        for (var i = 0; i < count; i++)
        {
            sums[i] = (i == 0 ? 0 : sums[i - 1]) + (1.0 / (i + 1));
        }

        var random = new Random(6376);
        return [.. Enumerable.Range(0, Messages).Select(_ =>
        {
            var found = Array.BinarySearch(sums, random.NextDouble() * sums[^1]);
            return Math.Min(found < 0 ? ~found : found, count - 1);
        })];
    }

    private static double Median(List<double> rounds) => rounds.Order().ElementAt(rounds.Count / 2);

    private static string Text(double microseconds, double hot) =>
        string.Create(CultureInfo.InvariantCulture, $"{microseconds:0.0} ({microseconds / hot:0.00})");

    private static bool TryCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 1;
}
