using System.Globalization;
using EmailAuth.Fuzz;
using SharpFuzz;

switch (args)
{
    case ["list"]:
        Console.WriteLine(string.Join('\n', FuzzTargets.All.Select(target => target.Name)));
        return 0;

    case ["unpack", var name, var files]:
        Corpus.Unpack(name, files);
        return 0;

    case ["run", var name, var file]:
        FuzzTargets.Named(name).Run(File.ReadAllBytes(file));
        return 0;

    case ["keep", var name, var files]:
        return Coverage.Keep(FuzzTargets.Named(name), files);

    case ["coverage"]:
        return Coverage.Run();

    case ["work", var most, var octets, .. var rest]:
        return WorkCount.Run(int.Parse(most, CultureInfo.InvariantCulture), int.Parse(octets, CultureInfo.InvariantCulture), rest.Length > 0 ? rest[0] : null);

    case ["instrument", var folder]:
        Coverage.Instrument(folder);
        return 0;

    case ["afl", var name]:
        // The first run takes seconds on a busy machine, which AFL would take for a hang. Its own table comes with Fuzzer.Run.
        BranchTrace.Start(null);
        var fuzzed = FuzzTargets.Named(name);
        foreach (var (_, kept) in Corpus.Read(name).Take(3))
        {
            fuzzed.Run(kept);
        }

        Fuzzer.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            fuzzed.Run(input.GetBuffer().AsSpan(0, (int)input.Length));
        });
        return 0;

    default:
        Console.Error.WriteLine("""
            usage: EmailAuth.Fuzz COMMAND; the script "fuzz" runs it under AFL++

              list                    the entry points
              run TARGET FILE         one input, such as one that AFL++ found
              instrument FOLDER       makes a copy of this program count its branches (SHARPFUZZ_ENABLE_ON_BRANCH_CALLBACK=1 for the next three)
              work INPUTS OCTETS [TARGET]
                                      counts the work of so many kept inputs of each entry point, pieces of them repeated
              coverage                what the kept inputs reach
              keep TARGET FILES       of the kept inputs and files the shortest that reach all that they reach
              unpack TARGET FILES     the kept inputs as files
              afl TARGET              runs it under afl-fuzz
            """);
        return 2;
}
