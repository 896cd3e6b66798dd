// Mocha passes over a promise that fails and that nobody waits for. Here it fails the test, as it would end the program.
process.on('unhandledRejection', (error) => {
  throw error;
});

// A file that is closed when it is collected is one that nobody has closed.
process.on('warning', (warning) => {
  if (/FileHandle|file descriptor/.test(warning.message)) throw warning;
});
