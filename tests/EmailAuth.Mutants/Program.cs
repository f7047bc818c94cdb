using System.Globalization;
using EmailAuth.Mutants;

return args switch
{
    ["worker", var folder, var budget, .. var number] => await Work(folder, budget, number),
    ["meet", var folder, .. var tests] => await Commands.Meet(folder, tests),
    ["all"] => await Commands.Whole(int.MaxValue),
    ["sample"] => await Commands.Sample(),
    ["build"] => Commands.BuildAll(),
    ["cover", .. var tests] => await Commands.CoverAll(tests),
    ["ask", var count, .. var paths] => await Commands.Ask(int.Parse(count, CultureInfo.InvariantCulture), paths),
    ["again", .. var paths] => await Commands.Ask(null, paths),
    ["renew", var count] => Commands.Renew(int.Parse(count, CultureInfo.InvariantCulture)),
    [var count] when int.TryParse(count, CultureInfo.InvariantCulture, out var number) => await Commands.Whole(number),
    _ => Commands.Usage(),
};

static async Task<int> Work(string folder, string budget, string[] number)
{
    using var worker = new Worker(folder);
    await worker.Run(number is [var only] ? int.Parse(only, CultureInfo.InvariantCulture) : null, double.Parse(budget, CultureInfo.InvariantCulture));
    return 0;
}
