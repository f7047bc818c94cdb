using System.Globalization;
using EmailAuth.Fuzz;
using EmailAuth.Fuzz.Differential;
using SharpFuzz;

switch (args)
{
    case ["list"]:
        foreach (var target in FuzzTargets.All)
        {
            Console.WriteLine(target.Name);
        }

        return 0;

    case ["unpack", var folder, var name, var files]:
        Corpus.Unpack(FuzzTargets.Named(name), folder, files);
        return 0;

    case ["pack", var folder, var name, var files]:
        Console.WriteLine($"{name}: {Corpus.Pack(files, folder, name)} inputs");
        return 0;

    case ["dictionary", var name]:
        Console.Write(Words.Dictionary(FuzzTargets.Named(name).Words));
        return 0;

    case ["replay", var folder]:
        return Replay.Run(folder);

    case ["work", var folder, var most, .. var rest]:
        return WorkCount.Run(folder, int.Parse(most, CultureInfo.InvariantCulture), rest.Length > 0 ? rest[0] : null);

    case ["coverage", var folder, .. var assemblies]:
        return Coverage.Run(folder, assemblies);

    case ["random", var seconds, .. var rest]:
        return RandomRun.Run(
            TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)),
            rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : Environment.TickCount,
            rest.Length > 1 ? rest[1] : null);

    case ["differential", var seconds, .. var rest]:
        return DifferentialRun.Run(
            TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)),
            rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : Environment.TickCount);

    case ["instrument", var assembly]:
        Fuzzer.Instrument(assembly, _ => true, SharpFuzz.Options.Value);
        return 0;

    case ["afl", var name]:
        FuzzTarget? fuzzed = null;
        Fuzzer.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            fuzzed ??= FuzzTargets.Named(name); // not before: what is instrumented writes to memory that AFL hands over first
            fuzzed.Run(input.GetBuffer().AsSpan(0, (int)input.Length));
        });
        return 0;

    default:
        Console.Error.WriteLine("""
            usage: EmailAuth.Fuzz COMMAND; FOLDER is where corpus and findings are kept (tests/EmailAuth.Fuzz)

              list                              the entry points
              random SECONDS [SEED [TARGET]]    mutated seeds, in this process; what breaks a promise is written to ./findings
              differential SECONDS [SEED]       mutated cases, judged by pyspf and dkimpy too (Debian: python3-spf, python3-dkim, python3-nacl);
                                                From, our results and forged ones, read by MimeKit, Python, npm's mailparser and
                                                postal-mime, Perl, SpamAssassin and OpenDMARC (as .ci/run installs them)
              replay FOLDER                     what is kept
              work FOLDER INPUTS [TARGET]       counts the work of so many kept inputs of each entry point, pieces of them repeated
              coverage FOLDER ASSEMBLY...       what of the assemblies the kept inputs reach

            For the script "fuzz", which runs AFL++:

              dictionary TARGET                 its words in AFL's form
              unpack FOLDER TARGET FILES        its seeds and kept inputs, as files
              pack FOLDER TARGET FILES          files as its kept inputs
              instrument ASSEMBLY               makes an assembly count its branches, in place
              afl TARGET                        runs it under afl-fuzz
            """);
        return 2;
}
