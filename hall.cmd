@echo off
rem Sets up this checkout on Windows where needed, then runs the command `hall` in it: the same as ./hall on Linux.
rem   hall demo    hall test [ARGS]    hall watch [FILE]    hall check    hall fix    hall run TOOL ARGS    hall setup
rem   anything else goes to the command (hall --help)
rem HALL_HOME: folder of the virtual environment (default .venv here). Needs Python 3.11 or newer from python.org.
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
set "ROOT=%ROOT:~0,-1%"
if defined HALL_HOME (set "VENV=%HALL_HOME%") else set "VENV=%ROOT%\.venv"
set "PY=%VENV%\Scripts\python.exe"
set "PYTHONUTF8=1"

if not exist "%VENV%\Scripts\hall.exe" goto setup
fc /b "%ROOT%\requirements.txt" "%VENV%\.requirements.txt" >nul 2>&1 || goto setup
fc /b "%ROOT%\pyproject.toml" "%VENV%\.pyproject.toml" >nul 2>&1 || goto setup
"%PY%" "%ROOT%\hatch_build.py" || exit /b 1
goto run

:setup
if exist "%PY%" goto packages
set "BASE="
where py >nul 2>&1 && py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && set "BASE=py -3"
if not defined BASE where python >nul 2>&1 && python -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && set "BASE=python"
if not defined BASE (
  echo hall: Python 3.11 or newer is needed. Please install it from https://www.python.org/downloads/windows/ and run this again. 1>&2
  exit /b 1
)
echo hall: making a virtual environment in %VENV% 1>&2
%BASE% -m venv "%VENV%"
if errorlevel 1 (
  echo hall: no virtual environment could be made in %VENV% 1>&2
  exit /b 1
)

:packages
echo hall: installing the packages of requirements.txt 1>&2
"%PY%" -m pip --disable-pip-version-check install -q --require-hashes -r "%ROOT%\requirements.txt"
if errorlevel 1 (
  echo hall: the packages could not be installed; is the package index reachable? 1>&2
  exit /b 1
)
echo hall: building the pages where they changed 1>&2
"%PY%" "%ROOT%\hatch_build.py" || exit /b 1
"%PY%" -m pip --disable-pip-version-check install -q --no-deps --no-build-isolation -e "%ROOT%" || exit /b 1
copy /y "%ROOT%\requirements.txt" "%VENV%\.requirements.txt" >nul
copy /y "%ROOT%\pyproject.toml" "%VENV%\.pyproject.toml" >nul

:run
if /i "%~1"=="setup" (
  echo hall: ready: %VENV% 1>&2
  exit /b 0
)
for %%c in (test watch fix run) do if /i "%~1"=="%%c" goto tools
if /i "%~1"=="check" if "%~2"=="" goto tools
"%VENV%\Scripts\hall.exe" %*
exit /b %errorlevel%

:tools
call :testpackages || exit /b 1
cd /d "%ROOT%"
set "REST="
for /f "tokens=1*" %%a in ("%*") do set "REST=%%b"
goto %~1

:test
if defined REST goto pytest
call :check || exit /b 1
set "REST=-n 3 --dist loadfile --no-loadscope-reorder"
:pytest
"%PY%" -m pytest %REST%
exit /b %errorlevel%

:watch
if not defined REST set "REST=tests/config tests/domain tests/drivers"
"%VENV%\Scripts\watchfiles.exe" --filter python "'%PY%' -m pytest -q -x --failed-first %REST%" config server kiosk display drivers tests
exit /b %errorlevel%

:check
"%VENV%\Scripts\ruff.exe" check -q . || exit /b 1
findstr /b /r "\[tool.*pyright" pyproject.toml >nul && ("%VENV%\Scripts\basedpyright.exe" --pythonpath "%VENV%\Scripts\python.exe" || exit /b 1)
"%PY%" hatch_build.py check || exit /b 1
"%VENV%\Scripts\hall.exe" check
exit /b %errorlevel%

:fix
"%VENV%\Scripts\ruff.exe" check -q --fix .
"%VENV%\Scripts\ruff.exe" format .
"%PY%" hatch_build.py fix
exit /b %errorlevel%

:run
"%VENV%\Scripts\"%REST%
exit /b %errorlevel%

:testpackages || exit /b 1
cd /d "%ROOT%"
"%VENV%\Scripts\ruff.exe" check -q . || exit /b 1
"%PY%" hatch_build.py check || exit /b 1
set "REST="
for /f "tokens=1*" %%a in ("%*") do set "REST=%%b"
"%PY%" -m pytest %REST%
exit /b %errorlevel%

:fix
call :testpackages || exit /b 1
cd /d "%ROOT%"
"%VENV%\Scripts\ruff.exe" check -q --fix .
"%VENV%\Scripts\ruff.exe" format .
"%PY%" hatch_build.py fix
exit /b %errorlevel%

:testpackages
fc /b "%ROOT%\requirements-test.txt" "%VENV%\.requirements-test.txt" >nul 2>&1 && exit /b 0
echo hall: installing the packages of requirements-test.txt 1>&2
"%PY%" -m pip --disable-pip-version-check install -q --require-hashes -r "%ROOT%\requirements-test.txt" || exit /b 1
copy /y "%ROOT%\requirements-test.txt" "%VENV%\.requirements-test.txt" >nul
exit /b 0
