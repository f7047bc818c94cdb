using EmailAuth.Milter;
using EmailAuth.Milter.Logging;
using EmailAuth.Milter.Service;

DescriptorLimit.Raise();
LogOutput.WriteWholeLines();
return await MilterCommandLine.RunAsync(args, Console.Out, Console.Error);
